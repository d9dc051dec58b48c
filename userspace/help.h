/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the program says about itself.
 */
#ifndef _SOCKLEDGER_HELP_H
#define _SOCKLEDGER_HELP_H

/** help_print() - print how to call the program, with examples */
void help_print(void);

#endif /* _SOCKLEDGER_HELP_H */
