"""A program in the compiler's place that copies what the compiler wrote before: all that is left of
a miss is what the cache takes for it."""

import shutil
from pathlib import Path

from suite.place import Place, Problem

ALONE = "the stand-in alone"


def install(place: Place, compiler: str, outputs: Path) -> tuple[str, dict[str, str]]:
    """The stand-in for a compiler, and the variables that it needs. Objects and depfiles are copied
    from under their own names in `outputs`."""
    real = shutil.which(compiler, path=place.environment()["PATH"])
    if real is None:
        raise Problem(f"{compiler} is not installed")
    path = place.work("stand-in") / Path(compiler).name
    if not path.exists():
        shutil.copy(place.tool("stand_in"), path)
    return str(path), {"STAND_IN_COMPILER": real, "STAND_IN_OUTPUTS": str(outputs)}
