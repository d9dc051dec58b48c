// SPDX-License-Identifier: GPL-2.0
#include "svg.h"
#include "text.h"

#include <math.h>
#include <string.h>

#define TIP_LENGTH	11.0
#define TIP_HALF	4.5

/* Names of programs and the like are in there. */
static void put_text(FILE *out, const char *text)
{
	char valid[3 * 512];
	const char *c;

	text_utf8(valid, sizeof(valid), text);
	for (c = valid; *c; c++) {
		switch (*c) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		default:
			putc(*c, out);
		}
	}
}

void svg_open(FILE *out, double width, double height, const char *title)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
	fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%g\" height=\"%g\" viewBox=\"0 0 %g %g\">\n",
		width, height, width, height);
	fputs("<title>", out);
	put_text(out, title);
	fputs("</title>\n", out);
	fputs("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n", out);
}

void svg_close(FILE *out)
{
	fputs("</svg>\n", out);
}

void svg_style(FILE *out, const char *css)
{
	fprintf(out, "<style>\n%s</style>\n", css);
}

void svg_text(FILE *out, struct point at, double angle, const char *classes,
	      const char *text)
{
	fprintf(out, "<text x=\"%.1f\" y=\"%.1f\"", at.x, at.y);
	if (angle != 0)
		fprintf(out, " transform=\"rotate(%.2f %.1f %.1f)\"", angle,
			at.x, at.y);
	fprintf(out, " class=\"%s\">", classes);
	put_text(out, text);
	fputs("</text>\n", out);
}

void svg_line(FILE *out, struct point from, struct point to,
	      const char *classes)
{
	fprintf(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n",
		from.x, from.y, to.x, to.y, classes);
}

void svg_disc(FILE *out, struct point centre, double radius,
	      const char *classes)
{
	fprintf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" class=\"%s\"/>\n",
		centre.x, centre.y, radius, classes);
}

void svg_box(FILE *out, struct point corner, double width, double height,
	     double radius, const char *classes)
{
	fprintf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%.1f\" class=\"%s\"/>\n",
		corner.x, corner.y, width, height, radius, classes);
}

void svg_tip(FILE *out, struct point from, struct point to,
	     const char *classes)
{
	double length = hypot(to.x - from.x, to.y - from.y);
	double x = (to.x - from.x) / length, y = (to.y - from.y) / length;
	struct point base = { to.x - x * TIP_LENGTH, to.y - y * TIP_LENGTH };

	fprintf(out, "<polygon points=\"%.1f,%.1f %.1f,%.1f %.1f,%.1f\" class=\"%s\"/>\n",
		to.x, to.y, base.x - y * TIP_HALF, base.y + x * TIP_HALF,
		base.x + y * TIP_HALF, base.y - x * TIP_HALF, classes);
}
