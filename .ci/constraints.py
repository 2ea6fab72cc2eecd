"""Write or check constraints.txt: every installed distribution, pinned, and no address."""

import re
import sys
from importlib.metadata import distributions
from pathlib import Path

PINS = Path(__file__).parent.parent / "constraints.txt"
LEFT_OUT = {"pip", "setuptools", "wheel", "tagwire"}


def installed() -> dict[str, str]:
    """Return normalised name -> version of everything in this environment."""
    found = {}
    for each in distributions():
        name = re.sub(r"[-_.]+", "-", each.metadata["Name"]).lower()
        if name not in LEFT_OUT:
            found[name] = each.version
    return found


def main() -> int:
    """Compare with constraints.txt (`--check`), or write it."""
    here = installed()
    if "--check" not in sys.argv:
        PINS.write_text("".join(f"{name}=={here[name]}\n" for name in sorted(here)))
        return 0
    pins = dict(line.split("==") for line in PINS.read_text().split())
    missing = {name: version for name, version in here.items() if pins.get(name) != version}
    for name, is_here in sorted(missing.items()):
        sys.stderr.write(f"{name}: constraints.txt {pins.get(name)}, installed {is_here}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
