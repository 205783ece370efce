"""`python -m logreg_gui`: the same as the `logreg-gui` command, with a console on every system."""

import sys

from logreg_gui.app import main

if __name__ == "__main__":
    sys.exit(main())
