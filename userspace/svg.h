/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shapes and text of an SVG picture. Lengths are pixels at the picture's own
 * size.
 */
#ifndef _SOCKLEDGER_SVG_H
#define _SOCKLEDGER_SVG_H

#include <stddef.h>
#include <stdio.h>

struct point {
	double x, y;
};

/**
 * svg_open() - begin a picture on white
 * @out: where to
 * @width: of the picture
 * @height: likewise
 * @title: what it shows, any bytes
 */
void svg_open(FILE *out, double width, double height, const char *title);

/** svg_close() - end it */
void svg_close(FILE *out);

/**
 * svg_style() - text that CSS understands, before the first shape
 * @out: where to
 * @css: a rule for each class, no characters that XML knows
 */
void svg_style(FILE *out, const char *css);

/**
 * svg_text() - write
 * @out: where to
 * @at: of the text's baseline, where @classes say it is anchored
 * @angle: degrees it is turned by, clockwise
 * @classes: how it looks
 * @text: any bytes
 */
void svg_text(FILE *out, struct point at, double angle, const char *classes,
	      const char *text);

/** svg_line() - draw a straight line */
void svg_line(FILE *out, struct point from, struct point to,
	      const char *classes);

/** svg_disc() - draw a filled circle */
void svg_disc(FILE *out, struct point centre, double radius,
	      const char *classes);

/**
 * svg_box() - draw a rectangle
 * @out: where to
 * @corner: its upper left one
 * @width: of it
 * @height: of it
 * @radius: of its corners
 * @classes: how it looks
 */
void svg_box(FILE *out, struct point corner, double width, double height,
	     double radius, const char *classes);

/**
 * svg_tip() - draw the tip of an arrow
 * @out: where to
 * @from: where the arrow comes from
 * @to: where it points
 * @classes: how it looks
 */
void svg_tip(FILE *out, struct point from, struct point to,
	     const char *classes);

#endif /* _SOCKLEDGER_SVG_H */
