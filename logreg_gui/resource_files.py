"""Where the files are that are not code: fonts, icons, data, licences.

They are at the top of a checkout (`resources/`) and inside an installed package (`logreg_gui/_resources`);
an editable install is a checkout. Paths of real files, because Qt opens fonts and icons by path: the
package is never run from a zip.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Absolute path of a file or folder below `resources/`, e.g. `resource("fonts", "Inter-Regular.otf")`.

    Raises:
        FileNotFoundError: neither place has it; the message names the resource.
    """
    for root in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"resource {'/'.join(parts)!r} is neither in the package nor in the checkout")
