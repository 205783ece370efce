"""Programs that measure; run them with `python run.py bench`. No test depends on a time."""

import os

# As the program does it, and as early: numpy reads this once. With two threads sums over blocks wait for
# whatever else there is on the other core, and take up to fifty times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
