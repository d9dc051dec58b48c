# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The family through the kernel's own tools/net/ynl, with our spec as it is.

spec=/sockledger/sockledger.yaml

# ynl NETNS ARGUMENT…: its cli.py
ynl() {
	local name=$1
	shift
	within "$name" python3 -E -s -S /ynl/cli.py --spec "$spec" --no-schema --output-json "$@"
}

# One operation a line, as in `dump entry-get {"filter": {"proto": 6}}`; one answer a line, or the error and its
# sentence. One program for all of them, for it takes seconds to start.
ynl_lines='
import json, sys
sys.path[:0] = ["/ynl"]
from cli import YnlEncoder
from lib import NlError, YnlFamily
family = YnlFamily("'$spec'", "")
for line in sys.stdin:
    how, operation, attributes = line.split(maxsplit=2)
    try:
        answer = getattr(family, how)(operation, json.loads(attributes))
    except NlError as error:
        answer = [error.error, error.nl_msg.extack.get("msg")]
    print(json.dumps(answer, cls=YnlEncoder), flush=True)
'

# ynls NETNS <LINES
ynls() { within "$1" python3 -E -s -S -c "$ynl_lines"; }
