"""The file, the environment and files of secrets become settings."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.config import find, load
from bot.model.address import Address, Platform
from bot.settings.settings import Settings
from bot.settings.values import Listen


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> Settings:
    path = folder / "newsbell.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, environ or {})


def test_without_a_file_everything_has_its_default() -> None:
    settings = load(None, {})
    assert settings.database.get_secret_value() == "sqlite:///newsbell.db"
    assert settings.polling.interval == timedelta(minutes=5)
    assert settings.polling.min_interval == timedelta(minutes=1)
    assert settings.polling.max_interval == timedelta(hours=24)
    assert settings.polling.max_body == 20_000_000
    assert settings.web.listen == Listen("127.0.0.1", 8787)
    assert settings.telegram.token is None
    assert settings.feeds == ()
    assert settings.broadcasts == ()


def test_a_file_asked_for_wins_over_the_variable_and_the_folder(folder: Path) -> None:
    (folder / "config.toml").write_text('timezone = "Asia/Tokyo"', encoding="utf-8")
    assert find(None, {}) == Path("config.toml")
    assert find(None, {"NEWSBELL_CONFIG": "b.toml"}) == Path("b.toml")
    assert find(Path("a.toml"), {"NEWSBELL_CONFIG": "b.toml"}) == Path("a.toml")
    assert load(None, {}).timezone == "Asia/Tokyo"


def test_tables_are_read(folder: Path) -> None:
    settings = read(
        folder,
        """
        language = "ja"
        [telegram]
        token = "123:abc"
        api_url = "http://127.0.0.1:8081/"
        admins = [7, "telegram:8"]
        [polling]
        interval = "1h30m"
        max_body = "512KiB"
        allow_private_hosts = ["127.0.0.1:80", "[::1]:80", "intranet"]
        [web]
        listen = "[::1]:0"
        [[feeds]]
        url = "https://example.org/a"
        tags = ["x", "y"]
        interval = "10m"
        [[broadcasts]]
        to = "telegram:-100123:7"
        query = 'Takaichi OR "Taiwan Strait"'
        mentions = ["@ann"]
        """,
    )
    assert settings.telegram.api_url == "http://127.0.0.1:8081"
    assert settings.telegram.admins == ("telegram:7", "telegram:8")
    assert settings.polling.interval == timedelta(hours=1, minutes=30)
    assert settings.polling.max_body == 512 * 1024
    assert settings.web.listen == Listen("::1", 0)
    assert str(settings.web.listen) == "[::1]:0"
    assert settings.feeds[0].tags == ("x", "y")
    assert settings.feeds[0].interval == timedelta(minutes=10)
    assert settings.broadcasts[0].to == Address(Platform.TELEGRAM, "-100123", "7")
    assert settings.broadcasts[0].query.text == 'Takaichi OR "Taiwan Strait"'


def test_an_empty_listen_switches_the_web_side_off(folder: Path) -> None:
    assert read(folder, '[web]\nlisten = ""').web.listen is None


def test_an_empty_token_is_no_token(folder: Path) -> None:
    assert read(folder, '[telegram]\ntoken = ""').telegram.token is None


def test_variables_win_over_the_file(folder: Path) -> None:
    environ = {
        "NEWSBELL_TIMEZONE": "Europe/Berlin",
        "NEWSBELL_POLLING__INTERVAL": "2m",
        "NEWSBELL_POLLING__PER_HOST": "4",
        "NEWSBELL_WEB__LISTEN": ":9000",
        "HOME": "/somewhere",
    }
    settings = read(
        folder, 'timezone = "Asia/Tokyo"\n[polling]\ninterval = "9m"\nmin_interval = "2m"', environ
    )
    assert settings.timezone == "Europe/Berlin"
    assert settings.polling.interval == timedelta(minutes=2)
    assert settings.polling.min_interval == timedelta(minutes=2)
    assert settings.polling.per_host == 4
    assert settings.web.listen == Listen("0.0.0.0", 9000)  # noqa: S104 - what ":9000" means


def test_empty_variables_count_as_unset(folder: Path) -> None:
    assert read(folder, 'timezone = "Asia/Tokyo"', {"NEWSBELL_TIMEZONE": ""}).timezone == "Asia/Tokyo"


@pytest.mark.parametrize(
    "text", ['["telegram:1", "discord:2"]', "telegram:1,discord:2", " telegram:1 , discord:2 "]
)
def test_lists_in_variables_are_json_or_comma_separated(text: str) -> None:
    assert load(None, {"NEWSBELL_ACCESS__ALLOW": text}).access.allow == ("telegram:1", "discord:2")


def test_tables_in_variables_are_json() -> None:
    environ = {"NEWSBELL_FEEDS": '[{"url": "https://example.org/a"}]'}
    assert load(None, environ).feeds[0].url == "https://example.org/a"


def test_a_secret_is_read_from_the_file_that_the_key_names(folder: Path) -> None:
    (folder / "secret").write_text("123:abc\n", encoding="utf-8")
    token = read(folder, '[telegram]\ntoken_file = "secret"').telegram.token
    assert token is not None
    assert token.get_secret_value() == "123:abc"


def test_a_webhook_and_a_database_may_lie_in_files(folder: Path) -> None:
    (folder / "hook").write_text(
        "discord-webhook:https://discord.com/api/webhooks/1/to-ken", encoding="utf-8"
    )
    (folder / "db").write_text("postgresql://u:p@h/n", encoding="utf-8")
    settings = read(folder, 'database_file = "db"\n[[broadcasts]]\nto_file = "hook"\nquery = "a"')
    assert settings.broadcasts[0].to.secret == "to-ken"
    assert settings.database.get_secret_value() == "postgresql://u:p@h/n"


def test_a_variable_may_name_a_file_of_a_secret(folder: Path) -> None:
    (folder / "secret").write_text("123:abc", encoding="utf-8")
    settings = read(
        folder, '[telegram]\ntoken = "999:old"', {"NEWSBELL_TELEGRAM__TOKEN_FILE": str(folder / "secret")}
    )
    assert settings.telegram.token is not None
    assert settings.telegram.token.get_secret_value() == "123:abc"


def test_settings_are_frozen() -> None:
    settings = load(None, {})
    with pytest.raises(ValidationError):
        settings.timezone = "Asia/Tokyo"


def test_no_secret_shows_in_a_repr_and_all_are_named_for_masking(folder: Path) -> None:
    settings = read(
        folder,
        """
        database = "postgresql://user:dbpass@host/name"
        [telegram]
        token = "123:tgtoken"
        [discord]
        token = "dctoken"
        [web]
        token = "webtoken"
        [[feeds]]
        url = "https://ann:feedpass@example.org/a"
        [[broadcasts]]
        to = "discord-webhook:https://discord.com/api/webhooks/1/hooktoken"
        query = "a"
        """,
    )
    secrets = {"dbpass", "123:tgtoken", "dctoken", "webtoken", "feedpass", "hooktoken"}
    assert set(settings.secrets()) == secrets
    for secret in secrets:
        assert secret not in repr(settings)
        assert secret not in str(settings)
