"""Programs that measure; run them with `python run.py bench`. No test depends on a time."""
