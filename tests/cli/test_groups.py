"""Commands with several kinds of input: the default kind, negative numbers, and what stands after "--"."""

import pytest
from click.testing import CliRunner

from gvhdcalc.cli import main


def run(*arguments):
    return CliRunner().invoke(main, list(arguments), prog_name="gvhdcalc")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["hr", "-0.5", "0.2", "0.9"], "gvhdcalc hr ci: '-0.5' is negative"),
        (["hr", "0.68", "-0.48", "0.95", "--conf", "90"], "gvhdcalc hr ci: '-0.48' is negative"),
        (["hr", "--", "-0.5", "0.2", "0.9"], "gvhdcalc hr ci: hazard ratio '-0.5' is not a positive number"),
        (["cuminc", "-5", "1", "2"], "is not between 0 and 100%"),
        (["cuminc", "--", "-5%", "1%", "2%"], "'-5%' is not between 0 and 100%"),
        (["power", "-5%", "50%"], "P1 '-5%' is not"),
        (["prop", "-1/203"], "events '-1' is negative"),
        (["prop", "--", "-1/203"], "events '-1' is negative"),
        (["or", "-1/99", "70/99"], "events '-1' is negative"),
        (["or", "-.5/99", "70/99"], "is not a whole number"),
    ],
)
def test_a_negative_number_has_its_own_message(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", [["hr"], ["cuminc"], ["prop"], ["or"], ["prop", "ci"], ["hr", "ci"]])
def test_an_option_that_does_not_exist_is_still_told(command):
    result = run(*command, "1/3", "2/3", "--metod", "all")
    assert result.exit_code == 2
    assert "No such option '--metod'. Did you mean '--method'?" in result.stderr


@pytest.mark.parametrize(
    ("command", "kind"), [("hr", "ci"), ("cuminc", "reported"), ("prop", "ci"), ("power", "props"), ("rate", "ci")]
)
def test_the_commonest_kind_needs_no_name(command, kind):
    assert run(command, "--conf", "0", "1/2").stderr == run(command, kind, "--conf", "0", "1/2").stderr
    assert f"{kind}*" in run(command, "--help").stdout


@pytest.mark.parametrize("command", ["hr", "cuminc", "prop", "power"])
def test_the_help_of_a_group_is_its_own(command):
    for option in ("--help", "-h"):
        result = run(command, option)
        assert result.exit_code == 0
        assert "COMMAND" in result.stdout
