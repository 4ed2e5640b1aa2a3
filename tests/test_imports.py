"""The direction of imports: the package keeps it, and tools/check_imports.py sees each kind of breach."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.check_imports import ROOMS, check

HOUSE = Path(__file__).resolve().parent.parent
SCRIPT = HOUSE / "tools" / "check_imports.py"


@pytest.fixture
def package(tmp_path):
    """A function that writes one module into an otherwise clean package "house" and returns the package's folder."""
    folder = tmp_path / "house"
    for room in ROOMS:
        (folder / room).mkdir(parents=True)
        (folder / room / "__init__.py").write_text("")
    (folder / "__init__.py").write_text('__version__ = "1"\n')

    def write(path, text):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
        return folder

    return write


def test_the_package_keeps_the_direction():
    assert check(HOUSE / "gvhdcalc") == []


def test_every_room_exists():
    assert [room for room in ROOMS if not (HOUSE / "gvhdcalc" / room / "__init__.py").is_file()] == []


BREACHES = [
    # stats imports nothing of ours outside stats
    ("stats/a.py", "from ..report import table\n", 1, "stats must not import report (house.report.table)"),
    ("stats/a.py", "from .. import cli\n", 1, "stats must not import cli (house.cli)"),
    ("stats/a.py", "import house.reported.printed\n", 1, "stats must not import reported (house.reported.printed)"),
    ("stats/a.py", "from house import __version__\n", 1, "stats must not import the package root (house.__version__)"),
    ("stats/a.py", "def f():\n    from ..cli import main\n", 2, "stats must not import cli (house.cli.main)"),
    ("stats/deep/a.py", "from ...report import x\n", 1, "stats must not import report (house.report.x)"),
    ("stats/__init__.py", "from ..report import x\n", 1, "stats must not import report (house.report.x)"),
    (
        "stats/a.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..report import x\n",
        3,
        "stats must not import report (house.report.x)",
    ),
    (
        "stats/a.py",
        "from importlib import import_module\nr = import_module('house.report')\n",
        2,
        "stats must not import report (house.report)",
    ),
    (
        "stats/a.py",
        "import importlib\ndef f():\n    importlib.import_module('..report', __package__)\n",
        3,
        "stats must not import report (house.report)",
    ),
    # nor the packages of the command line and of tables, even inside a function
    ("stats/a.py", "import click\n", 1, "stats must not import click"),
    ("stats/a.py", "def f():\n    from rich.table import Table\n", 2, "stats must not import rich"),
    ("stats/a.py", "import math, tabulate\n", 1, "stats must not import tabulate"),
    ("stats/a.py", "click = __import__('click')\n", 1, "stats must not import click"),
    # slow packages are not imported as a module loads
    ("stats/a.py", "import numpy as np\n", 1, "numpy must be imported inside the function that needs it"),
    ("stats/a.py", "from scipy import special\n", 1, "scipy must be imported inside the function that needs it"),
    (
        "stats/a.py",
        "try:\n    import statsmodels.api\nexcept ImportError:\n    pass\n",
        2,
        "statsmodels must be imported inside the function that needs it",
    ),
    ("stats/a.py", "class A:\n    import pandas\n", 2, "pandas must be imported inside the function that needs it"),
    (
        "stats/a.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    import numpy\n",
        5,
        "numpy must be imported inside the function that needs it",
    ),
    ("report/a.py", "import numpy\n", 1, "numpy must be imported inside the function that needs it"),
    ("cli/a.py", "from scipy.stats import norm\n", 1, "scipy must be imported inside the function that needs it"),
    # report and reported know stats, and not each other
    ("report/a.py", "from ..reported import printed\n", 1, "report must not import reported (house.reported.printed)"),
    ("report/a.py", "from ..cli import main\n", 1, "report must not import cli (house.cli.main)"),
    ("reported/a.py", "from ..report.table import x\n", 1, "reported must not import report (house.report.table.x)"),
    ("reported/a.py", "from house.cli import main\n", 1, "reported must not import cli (house.cli.main)"),
    # click in cli only; rich and tabulate not in reported
    ("report/a.py", "def f():\n    import click\n", 2, "report must not import click"),
    ("reported/a.py", "from click import echo\n", 1, "reported must not import click"),
    ("__main__.py", "import click\n", 1, "the package root must not import click"),
    ("report/a.py", "import click_default_group\n", 1, "report must not import click_default_group"),
    ("reported/a.py", "import rich\n", 1, "reported must not import rich"),
    ("reported/a.py", "from tabulate import tabulate\n", 1, "reported must not import tabulate"),
    # the root starts the command line, and drags nothing else in
    ("__init__.py", "from .stats import results\n", 1, "the package root must not import stats (house.stats.results)"),
    ("stats/a.py", "from .... import x\n", 1, "a relative import climbs out of the package"),
]


@pytest.mark.parametrize(("path", "text", "line", "what"), BREACHES)
def test_breach_is_seen_with_its_place(package, path, text, line, what):
    folder = package(path, text)
    assert check(folder) == [f"{folder / path}:{line}: {what}"]


ALLOWED = [
    ("cli/a.py", "import click, rich, tabulate\nfrom .. import __version__, report\nfrom ..stats.registry import x\n"),
    ("report/a.py", "import rich.table\nfrom tabulate import tabulate\nfrom ..stats import results\nfrom . import b\n"),
    ("reported/a.py", "import re\nfrom ..stats.results import Verdict\nfrom .printed import x\n"),
    ("stats/a.py", "import math\nfrom .results import x\nfrom . import registry\n"),
    ("stats/a.py", "def f():\n    import numpy as np\n    from scipy import special\n"),
    ("stats/a.py", "class A:\n    def f(self):\n        import statsmodels.api as sm\n"),
    ("stats/a.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import numpy\n"),
    ("stats/a.py", "from importlib import import_module\nm = import_module(f'{__package__}.b')\n"),
    ("stats/clickable.py", "import richness\n"),
    ("__main__.py", "from .cli import main\n"),
]


@pytest.mark.parametrize(("path", "text"), ALLOWED)
def test_allowed_import_passes(package, path, text):
    assert check(package(path, text)) == []


def run(*arguments, **options):
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, **options)


def test_command_exits_1_on_a_breach_and_prints_it(package):
    done = run(str(package("stats/a.py", "import math\nimport click\n")))
    assert done.returncode == 1
    assert done.stdout.endswith("a.py:2: stats must not import click\n")
    assert done.stdout.count("\n") == 1


def test_command_is_silent_and_exits_0_when_clean(package):
    done = run(str(package("stats/a.py", "import math\n")))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_command_refuses_a_folder_without_modules(tmp_path):
    done = run(str(tmp_path / "none"))
    assert done.returncode == 2
    assert "no Python files" in done.stderr
