"""The package as it is installed: one version, a whole wheel, and commands that start without the slow libraries."""

import ast
import configparser
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from importlib import metadata
from pathlib import Path

import pytest

import gvhdcalc
from tools.check_imports import imports

HOUSE = Path(__file__).resolve().parent.parent
SLOW = {"numpy", "scipy", "statsmodels", "pandas"}


@pytest.fixture(scope="module")
def config():
    parser = configparser.ConfigParser()
    parser.read(HOUSE / "setup.cfg", encoding="utf-8")
    return parser


# One version


def test_version_is_written_once_and_read_from_there(config):
    assert re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", gvhdcalc.__version__)
    assert config["metadata"]["version"] == "attr: gvhdcalc.__version__"


def test_citation_has_the_version():
    text = (HOUSE / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (\S+)$", text, re.MULTILINE) == [gvhdcalc.__version__]


def test_citation_has_the_fields_that_the_format_requires():
    text = (HOUSE / "CITATION.cff").read_text(encoding="utf-8")
    keys = set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))
    assert {"cff-version", "message", "title", "authors"} <= keys
    assert "- name: The gvhdcalc authors" in text


def test_installed_metadata_agrees(config):
    try:
        installed = metadata.distribution("gvhdcalc")
    except metadata.PackageNotFoundError:
        pytest.skip("gvhdcalc runs from the checkout, not installed")
    assert installed.version == gvhdcalc.__version__
    assert installed.metadata["Requires-Python"] == config["options"]["python_requires"]
    scripts = [entry for entry in installed.entry_points if entry.group == "console_scripts"]
    assert [(entry.name, entry.value) for entry in scripts] == [("gvhdcalc", "gvhdcalc.cli:main")]
    assert callable(scripts[0].load())


def test_every_imported_package_is_a_dependency(config):
    """What is imported from outside the standard library is in setup.cfg (numpy and dask come with what is named)."""
    used = set()
    for file in (HOUSE / "gvhdcalc").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        used |= {found.module.split(".")[0] for found in imports(tree, ".".join(file.relative_to(HOUSE).parts[:-1]))}
    used -= {*sys.stdlib_module_names, "gvhdcalc", "numpy", "dask"}
    asked = re.findall(r"^([a-z-]+)>=", config["options"]["install_requires"].strip(), re.MULTILINE)
    # check-files and --plot-file alone need the extras, and say so where these are missing
    for extra in ("dask", "plot"):
        asked += re.findall(r"^([a-z-]+)>=", config["options.extras_require"][extra].strip(), re.MULTILINE)
    assert used <= {name.replace("-", "_") for name in asked}


# The wheel and the source archive


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    """The wheel and the source archive, built without the network from a copy of the checkout."""
    pytest.importorskip("setuptools", minversion="70.1", reason="setuptools 70.1 builds wheels by itself")
    folder = tmp_path_factory.mktemp("build")
    source = folder / "source"
    unwanted = shutil.ignore_patterns(
        ".*", "__pycache__", "*.egg-info", "build", "dist", "venv*", "htmlcov", "node_modules"
    )
    shutil.copytree(HOUSE, source, ignore=unwanted)
    program = f"from setuptools.build_meta import *; build_wheel({str(folder)!r}); build_sdist({str(folder)!r})"
    done = subprocess.run([sys.executable, "-c", program], cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    (sdist,) = folder.glob("*.tar.gz")
    return wheel, sdist


def modules():
    return {
        file.relative_to(HOUSE).as_posix()
        for file in (HOUSE / "gvhdcalc").rglob("*.py")
        if "__pycache__" not in file.parts
    }


def test_wheel_has_every_module_and_nothing_else(archives):
    wheel, _ = archives
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == modules() | {"gvhdcalc/py.typed"}
    assert {name.split("/")[1] for name in names if name.count("/") > 1} >= {"cli", "report", "reported", "stats"}


def test_wheel_metadata(archives):
    wheel, _ = archives
    info = f"gvhdcalc-{gvhdcalc.__version__}.dist-info"
    assert wheel.name == f"gvhdcalc-{gvhdcalc.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        about = Parser().parsestr(archive.read(f"{info}/METADATA").decode())
        scripts = archive.read(f"{info}/entry_points.txt").decode()
        licences = [name for name in archive.namelist() if name.startswith(info) and name.endswith("LICENSE")]
        licence = archive.read(licences[0]).decode()
    assert about["Version"] == gvhdcalc.__version__
    assert about["License"] == "MIT" or about["License-Expression"] == "MIT"
    assert "Permission is hereby granted" in licence
    assert about["Description-Content-Type"] == "text/markdown"
    assert about.get_payload().strip() == (HOUSE / "README.md").read_text(encoding="utf-8").strip()
    needed = {re.match(r"[a-z-]+", line)[0] for line in about.get_all("Requires-Dist") if "extra ==" not in line}
    assert needed == {"click", "click-default-group", "lxml", "rich", "scipy", "statsmodels", "tabulate"}
    assert "gvhdcalc = gvhdcalc.cli:main" in scripts


def test_source_archive_can_be_tested_and_cited(archives):
    _, sdist = archives
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    wanted = {"LICENSE", "README.md", "CITATION.cff", "Makefile", "setup.cfg", "pyproject.toml", "examples/seed.sh"}
    wanted |= {"tests/test_packaging.py", "tools/check_imports.py", "bench/startup.py"} | modules()
    assert wanted - names == set()
    assert [name for name in names if name.endswith(".pyc")] == []


# Starting up: real processes, whose modules are read at their end

PROBE = """
import json, runpy, sys
kept = sys.argv[1]
sys.argv = ["gvhdcalc", *sys.argv[2:]]
try:
    runpy.run_module("gvhdcalc", run_name="__main__", alter_sys=True)
finally:
    with open(kept, "w") as file:
        json.dump(sorted(sys.modules), file)
"""


def run_and_list_modules(tmp_path, *arguments):
    """The finished process ``python -m gvhdcalc ARGUMENTS`` and the names in its sys.modules."""
    kept = tmp_path / "modules.json"
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(kept), *arguments],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done, set(json.loads(kept.read_text()))


def slow(names):
    return sorted(name for name in names if name.split(".")[0] in SLOW)


@pytest.mark.parametrize(
    "options", [[], ["--format", "rich"], ["--format", "json"]], ids=["plain", "rich", "json"]
)
def test_odds_ratio_of_one_table_imports_no_slow_library(tmp_path, options):
    done, names = run_and_list_modules(tmp_path, "or", "82/99", "70/99", *options)
    assert "2.00" in done.stdout or '"estimate": 1.99' in done.stdout
    assert "gvhdcalc.stats.odds_ratio" in names
    assert slow(names) == []


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_imports_no_statistics(tmp_path, option):
    done, names = run_and_list_modules(tmp_path, option)
    assert done.stdout.strip()
    assert "gvhdcalc.cli" in names
    assert sorted(name for name in names if name.startswith("gvhdcalc.stats")) == []
    assert slow(names) == []


def test_python_m_gvhdcalc_prints_the_version():
    done = subprocess.run(
        [sys.executable, "-m", "gvhdcalc", "--version"], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    assert gvhdcalc.__version__ in done.stdout


# The daily jobs


def test_make_help_lists_every_job():
    make = shutil.which("make")
    if make is None:
        pytest.skip("no make")
    done = subprocess.run([make, "help"], cwd=HOUSE, capture_output=True, text=True, check=True)
    listed = re.findall(r"^  make ([a-z]+) +\S", done.stdout, re.MULTILINE)
    assert sorted(listed) == sorted(["demo", "test", "lint", "bench", "reference", "docs", "dist", "clean", "help"])
