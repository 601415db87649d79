"""A module of tinytf with a mistake in it, from a file of its own, so that it can be traced."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def edited(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module_name: str, old: str, new: str
) -> ModuleType:
    """The module with `old`, which must stand in it once, replaced; everybody uses its functions.

    A copy of the file is loaded under the module's name. Whatever other modules of tinytf imported
    from the real one is exchanged for the test.
    """
    real = importlib.import_module(module_name)
    source = Path(str(real.__file__)).read_text(encoding="utf-8")
    assert source.count(old) == 1, f"{module_name}: {old!r} stands {source.count(old)} times"
    path = tmp_path / f"{module_name}.py"
    path.write_text(source.replace(old, new), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(module_name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, module_name, module)
    spec.loader.exec_module(module)
    for name, user in list(sys.modules.items()):
        if name.startswith("tinytf.") and user is not module:
            for key, value in list(vars(user).items()):
                if key in vars(real) and value is vars(real)[key] and callable(value):
                    monkeypatch.setattr(user, key, vars(module)[key])
    return module
