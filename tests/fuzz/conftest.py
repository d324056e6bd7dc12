"""The injuries of calendar files are those of the tests of importing."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "planner"))
