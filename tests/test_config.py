"""The configuration: read whole or refused with every reason."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.config import (
    AgencyScope,
    DepartmentScope,
    InvalidConfigurationError,
    Secrets,
    changes,
    check_sides,
    database_url,
    format_duration,
    load,
    parse_duration,
)
from syncd.errors import ConfigurationError
from syncd.records.procedure import Level
from syncd.redaction import redact_text
from syncd.sides.adapter import AdapterDefinition, AdapterSettings

PAIR = """
[[pairs]]
name = "ha-noi"
applies = { agency = "H26" }
[pairs.portal]
adapter = "national-portal"
base_url = "https://portal.example"
[pairs.city]
adapter = "file"
path = "city.xlsx"
"""


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str, name: str = "syncd.toml") -> Path:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write


def problems(file: Path) -> list[str]:
    """The lines of the refusal, without the file's folder."""
    with pytest.raises(InvalidConfigurationError) as caught:
        load(file)
    return str(caught.value).replace(f"{file.parent}/", "").splitlines()


def test_a_small_configuration_gets_every_default(write) -> None:
    configuration = load(write(PAIR))
    (pair,) = configuration.pairs
    assert configuration.database.url == "sqlite:///syncd.db"
    assert (configuration.daemon.host, configuration.daemon.port) == ("127.0.0.1", 9614)
    assert pair.applies == AgencyScope(agency="H26", levels=(Level.PROVINCE, Level.COMMUNE))
    assert (pair.interval, pair.sweep, pair.grace) == (timedelta(minutes=15), timedelta(hours=24), "learn")
    assert pair.shrinkage.limits.records == 20


def test_the_example_that_is_shipped_loads() -> None:
    example = Path(__file__).parents[1] / "deploy" / "syncd.example.toml"
    assert [pair.name for pair in load(example).pairs] == ["ha-noi"]


def test_everything_can_be_said(write) -> None:
    head = '[daemon]\nlisten = "[::1]:80"\n[log]\nformat = "json"\nmismatch_log = "-"\n'
    body = PAIR.replace('{ agency = "H26" }', '{ departments = ["019d2be3-aa"] }').replace(
        "[pairs.portal]",
        'interval = "90s"\ngrace = "1h30m"\nignore_fields = ["requirements"]\nfields = ["name"]\n'
        'equivalences = { codes = { "TS_lop1" = "2.002492", "X" = ["1.1", "1.2"] } }\n[pairs.portal]',
    )
    configuration = load(write(head + body))
    (pair,) = configuration.pairs
    assert configuration.daemon.host == "::1"
    assert isinstance(pair.applies, DepartmentScope)
    assert (pair.interval, pair.grace) == (timedelta(seconds=90), timedelta(minutes=90))
    assert pair.equivalences.codes == {"TS_lop1": ("2.002492",), "X": ("1.1", "1.2")}


def test_a_loaded_configuration_cannot_be_changed(write) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load(write(PAIR)).daemon.listen = "0.0.0.0:1"  # type: ignore[misc]


WRONG = {
    'intervall = "15m"': 'pairs[0].intervall = "15m": unknown key; did you mean interval?',
    "interval = 900": 'pairs[0].interval = 900: not a duration; write a duration such as "90s", "15m", "1h30m" or "7d"',
    'interval = "15 m"': 'pairs[0].interval = "15 m": not a duration; write a duration such as "90s", "15m",'
    ' "1h30m" or "7d"',
    'ignore_fields = ["nam"]': 'pairs[0].ignore_fields[0] = "nam": not allowed; did you mean name?',
    "fields = []": "pairs[0].fields = []: empty; give at least one, or leave the key out",
    "shrinkage = { record = 1 }": "pairs[0].shrinkage.record = 1: unknown key; did you mean records?",
    'equivalences = { kodes = "x" }': 'pairs[0].equivalences.kodes = "x": unknown key; did you mean codes?',
    'grace_minimum = "2h"': "pairs[0] = {…}: grace_minimum ≤ grace_default ≤ grace_maximum does not hold: 2h, 30m, 1d",
    "attempts = 0": "pairs[0].attempts = 0: input should be greater than or equal to 1",
}


@pytest.mark.parametrize(("line", "told"), WRONG.items())
def test_what_is_wrong_is_told_with_its_path_its_value_and_what_would_be_right(write, line: str, told: str) -> None:
    assert problems(write(PAIR.replace("[pairs.portal]", f"{line}\n[pairs.portal]"))) == [f"syncd.toml: {told}"]


def test_every_problem_is_told_at_once(write) -> None:
    text = '[daemon]\nlistn = "x"\n[log]\nlevel = "loud"\n' + PAIR.replace('"H26"', '"H26", levels = ["provinse"]')
    assert problems(write(text)) == [
        'syncd.toml: daemon.listn = "x": unknown key; did you mean listen?',
        'syncd.toml: log.level = "loud": not allowed; allowed here: debug, info, warning, error',
        'syncd.toml: pairs[0].applies.levels[0] = "provinse": not allowed; did you mean province?',
    ]


def test_an_unknown_table_is_refused_with_the_nearest(write) -> None:
    assert problems(write("[databse]\n" + PAIR)) == ["syncd.toml: databse = {…}: unknown key; did you mean database?"]


def test_a_missing_key_is_told_with_its_meaning(write) -> None:
    (line,) = problems(write(PAIR.replace('name = "ha-noi"', "")))
    assert line.startswith("syncd.toml: pairs[0].name: missing; Name in logs, metrics and commands")


def test_two_pairs_of_one_name_are_refused(write) -> None:
    assert problems(write(PAIR + PAIR)) == [
        'syncd.toml: pairs[1].name = "ha-noi": pairs[0] has this name; give each its own'
    ]


def test_no_pair_at_all_is_refused(write) -> None:
    assert problems(write("pairs = []")) == ["syncd.toml: pairs = []: empty; give at least one, or leave the key out"]


INLINE = (
    'portal_token = "hunter2hunter2"',
    'apiKey = "hunter2hunter2"',
    'proxy = "http://user:hunter2hunter2@proxy"',
    'query = "https://x.example/?access_token=hunter2hunter2"',
    'dsn = "host=db password=hunter2hunter2"',
    'headers = { Authorization = "hunter2hunter2" }',
)


@pytest.mark.parametrize("line", INLINE)
def test_a_secret_in_the_file_is_refused_and_not_repeated(write, line: str) -> None:
    (told,) = problems(write(PAIR + line))
    assert "a secret must not stand in this file; put the value into a file" in told
    assert "hunter2" not in told


def test_a_password_in_the_database_address_is_refused(write) -> None:
    (told,) = problems(write('[database]\nurl = "postgresql://syncd:hunter22@db/syncd"\n' + PAIR))
    assert told.startswith("syncd.toml: database.url = ***: a secret must not stand in this file")


ALLOWED = (
    'bearer_secret = "portal-token"',
    'token_file = "/etc/x"',
    'client_key = "client.pem"',
    'key = "code"',
    'columns = { password = "Mật khẩu" }',
    'secret_headers = { X-Api-Key = "portal-key" }',
)


@pytest.mark.parametrize("line", ALLOWED)
def test_naming_a_secret_or_a_column_is_no_secret(write, line: str) -> None:
    assert load(write(PAIR + line)).pairs


def test_a_secret_under_an_unknown_key_is_hidden_as_well(write) -> None:
    told = "\n".join(problems(write('[daemon]\nadmin_password = "hunter2hunter2"\n' + PAIR)))
    assert "hunter2" not in told


def test_a_syntax_error_is_told_with_line_and_column(write) -> None:
    (told,) = problems(write(PAIR + "x = = 1\n"))
    assert told.startswith("syncd.toml: is not TOML: ")
    assert "line 11, column 5" in told


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert problems(tmp_path / "none.toml") == [
        "none.toml: cannot be read: No such file or directory; check the path and its permissions"
    ]


def test_a_file_that_is_not_utf_8_is_told_with_the_byte(tmp_path: Path) -> None:
    file = tmp_path / "syncd.toml"
    file.write_bytes(b'name = "H\xe0 N\xe9i"')
    assert problems(file) == ["syncd.toml: is not UTF-8 (byte 10); save it as UTF-8"]


def test_a_file_with_a_byte_order_mark_loads(tmp_path: Path) -> None:
    file = tmp_path / "syncd.toml"
    file.write_bytes(b"\xef\xbb\xbf" + PAIR.encode())
    assert load(file).pairs


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_give_a_configuration_or_a_refusal(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "fuzz.toml"
    file.write_bytes(content)
    with pytest.raises(InvalidConfigurationError):
        load(file)


def test_equivalences_come_from_a_file_as_well(write) -> None:
    write('codes = { "B" = "2.2" }\nagencies = { "Sở Y tế" = "SYT" }\n', "names.toml")
    text = PAIR.replace(
        "[pairs.portal]",
        'equivalences_file = "names.toml"\nequivalences = { codes = { A = "1.1" } }\n[pairs.portal]',
    )
    (pair,) = load(write(text)).pairs
    assert pair.equivalences.codes == {"A": ("1.1",), "B": ("2.2",)}
    assert pair.equivalences.agencies == {"Sở Y tế": "SYT"}


def test_what_is_wrong_in_the_equivalences_file_is_told_with_that_file(write) -> None:
    write('codes = { "A" = "2.2", "B" = 3 }\n', "names.toml")
    text = PAIR.replace("[pairs.portal]", 'equivalences_file = "names.toml"\n[pairs.portal]')
    assert problems(write(text)) == ["names.toml: codes.B = 3: not a code; write one code or a list of codes, as text"]


def test_a_code_with_two_equivalences_in_two_places_is_refused(write) -> None:
    write('codes = { "A" = "2.2" }\n', "names.toml")
    text = PAIR.replace(
        "[pairs.portal]",
        'equivalences_file = "names.toml"\nequivalences = { codes = { A = "1.1" } }\n[pairs.portal]',
    )
    assert problems(write(text)) == ["names.toml: codes.A: stands in pair ha-noi as well; keep one of the two"]


@given(st.integers(0, 366 * 86_400))
def test_durations_survive_being_written_and_read(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert parse_duration(format_duration(length)) == length


class FileSettings(AdapterSettings):
    path: str


def settings_for(definition: AdapterDefinition, table: dict[str, object], path: str) -> AdapterSettings:
    if "path" not in table:
        raise ConfigurationError("missing", path=f"{path}.path", action="give the file")
    return definition.settings.model_validate(table)


def never_built(*_: object) -> object:
    raise AssertionError("checking must not build")


DEFINITIONS = {"file": AdapterDefinition("file", "a file", FileSettings, never_built)}  # type: ignore[arg-type,return-value]


def test_each_side_is_checked_by_the_adapter_that_it_names(write) -> None:
    text = PAIR.replace('"national-portal"\nbase_url = "https://portal.example"', '"file"\npath = "portal.xlsx"')
    checked = check_sides(load(write(text)), DEFINITIONS, settings_for)
    assert checked["ha-noi"]["portal"].settings == FileSettings(adapter="file", path="portal.xlsx")


def test_all_sides_that_are_wrong_are_told_together(write) -> None:
    configuration = load(write(PAIR.replace('"national-portal"', '"fil"').replace('path = "city.xlsx"', "")))
    with pytest.raises(InvalidConfigurationError) as caught:
        check_sides(configuration, DEFINITIONS, settings_for)
    assert [str(problem).partition("syncd.toml: ")[2] for problem in caught.value.problems] == [
        'pairs[0].portal.adapter = "fil": no such adapter; did you mean file?',
        "pairs[0].city.path: missing; give the file",
    ]


def test_a_side_without_adapter_is_told_which_are_installed(write) -> None:
    configuration = load(write(PAIR.replace('adapter = "file"\n', "")))
    with pytest.raises(InvalidConfigurationError, match=r"pairs\[0\].city.adapter: missing; installed: file"):
        check_sides(configuration, DEFINITIONS, settings_for)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "secrets"
    place.mkdir()
    return place


def put(folder: Path, name: str, content: bytes, mode: int = 0o600) -> None:
    (folder / name).write_bytes(content)
    (folder / name).chmod(mode)


def test_a_secret_comes_from_systemd_first_and_loses_one_newline(folder: Path, tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    put(folder, "token", b"from-the-folder")
    put(credentials, "token", b"from-systemd\n\n", 0o444)
    assert Secrets(folder, credentials)("token") == "from-systemd\n"
    assert Secrets(folder, None)("token") == "from-the-folder"


def test_a_secret_that_is_nowhere_is_told_with_every_place(folder: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Secrets(folder, None)("token")
    assert f"looked at $CREDENTIALS_DIRECTORY (not set) and {folder}/token" in str(caught.value)


def test_a_secret_that_every_user_can_read_is_refused(folder: Path) -> None:
    put(folder, "token", b"value", 0o644)
    with pytest.raises(ConfigurationError, match=r"open to every user \(mode 0644\) \(chmod 0600"):
        Secrets(folder, None)("token")


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"x" * 70_000])
def test_a_secret_that_is_empty_too_large_or_not_text_is_refused(folder: Path, content: bytes) -> None:
    put(folder, "token", content)
    with pytest.raises(ConfigurationError, match=r"is (empty|not UTF-8 text|larger than)"):
        Secrets(folder, None)("token")


@pytest.mark.parametrize("name", ["../etc/passwd", "", ".hidden", "a/b", "a\n", "x" * 200])
def test_a_secret_cannot_be_named_out_of_its_folder(folder: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="is not the name of a secret"):
        Secrets(folder, None)(name)


def test_a_secret_that_was_read_is_hidden_from_then_on(folder: Path) -> None:
    put(folder, "token", b"canary-value-1\n")
    Secrets(folder, None)("token")
    assert redact_text("GET /?q=canary-value-1") == "GET /?q=***"


def test_the_ledger_address_gets_its_password_and_its_folder(write, folder: Path, tmp_path: Path) -> None:
    put(folder, "db", b"p@ss/word")
    head = '[database]\nurl = "postgresql://syncd@db/syncd"\npassword_secret = "db"\n'
    secrets = Secrets(folder, None)
    assert database_url(load(write(head + PAIR)), secrets) == "postgresql://syncd:p%40ss%2Fword@db/syncd"
    assert database_url(load(write(PAIR)), secrets) == f"sqlite:///{tmp_path}/syncd.db"


def test_changes_are_told_key_by_key_with_secrets_hidden(write) -> None:
    old = load(write(PAIR))
    new = load(write(PAIR.replace('agency = "H26"', 'agency = "H29"') + PAIR.replace("ha-noi", "hue")))
    found = changes(old, new)
    assert (found.added, found.replaced, found.removed, found.fixed) == (("hue",), ("ha-noi",), (), ())
    assert 'pairs.ha-noi.applies.agency: "H26" → "H29"' in found.lines


def test_a_change_of_address_or_ledger_is_marked_as_needing_a_restart(write) -> None:
    found = changes(load(write(PAIR)), load(write('[daemon]\nlisten = "127.0.0.1:1"\n' + PAIR)))
    assert found.fixed == ('daemon.listen: "127.0.0.1:9614" → "127.0.0.1:1"',)
    assert (found.added, found.replaced, found.removed) == ((), (), ())


def test_another_order_of_pairs_is_no_change(write) -> None:
    other = PAIR.replace("ha-noi", "hue")
    assert changes(load(write(PAIR + other)), load(write(other + PAIR))).lines == ()
