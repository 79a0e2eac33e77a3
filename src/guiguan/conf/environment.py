"""The settings of one installation, read once from environment variables. The one page of docs/operate/settings.md lists them."""

from __future__ import annotations

import re
import secrets
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from guiguan.core.values.finding import Finding, InputError


class Environment(BaseSettings):
    """Every setting, its meaning and default. Names are `GUIGUAN_` and the field in capitals, save DATABASE_URL."""

    model_config = SettingsConfigDict(
        env_prefix="GUIGUAN_", frozen=True, populate_by_name=True, extra="ignore"
    )

    database_url: str = Field(
        default="",
        validation_alias="DATABASE_URL",
        description="数据库，如 postgresql://用户:口令@主机:端口/库名；不写则用数据目录里的 SQLite",
    )
    data: Path = Field(default=Path("var/site"), description="数据目录：SQLite 数据库、上传文件、密钥、日志")
    ballots_url: str = Field(
        default="",
        description="选票数据库，写法同 DATABASE_URL；不写则：网站用 PostgreSQL 时同一个库，用 SQLite 时为数据目录里的 ballots.sqlite3",
    )
    site_processes: int = Field(
        default=1,
        ge=1,
        le=64,
        description="网站用几个进程，一般同核数；一个进程只用一个核、约 250 MB 内存、至多 12 条数据库连接。演示站总是 1 个",
    )
    ballot_processes: int = Field(
        default=1,
        ge=1,
        le=64,
        description="选票服务用几个进程，一般同核数；一个进程只用一个核，选票数据库是 SQLite 时只能是 1",
    )
    signer: Path | None = Field(
        default=None,
        description="选票日志签名者的目录：签名密钥与 signed.sqlite，只归定序进程所有，不得放进备份；不写则为数据目录里的 signer/",
    )
    logs: Path | None = Field(
        default=None,
        description="选票日志的公开文件目录（检查点、哈希块），定序进程写、网站和选票服务读；不写则为数据目录里的 log/",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="会话与令牌的签名密钥，至少 50 个字符；不写则在数据目录中生成并保存",
    )
    data_key: SecretStr = Field(
        default=SecretStr(""),
        description="个人信息的加密密钥，64 位十六进制；不写则在数据目录中生成并保存。丢失后无法解密",
    )
    hosts: tuple[str, ...] = Field(
        default=("localhost", "127.0.0.1", "[::1]"), description='允许的域名，JSON 数组，如 ["gg.example.cn"]'
    )
    https: bool = Field(
        default=False, description="是否只经 HTTPS 访问；true 时 Cookie 加 Secure，并启用 HSTS"
    )
    trusted_proxies: int = Field(
        default=0, ge=0, le=5, description="前面有几层可信的反向代理；0 时不看 X-Forwarded-For"
    )
    demo: bool = Field(default=False, description="演示站：不要求第二因素，每页注明是演示")
    site_name: str = Field(default="桂冠", description="站点名称")
    address: str = Field(
        default="",
        pattern=r"^(https?://[^/\s]+)?$",
        description="网站对外的地址，如 https://gg.example.cn，写在短信和邮件的链接里，也写进日志的名称"
        "（活动公布后不随之改变，所以请先设好）；不写则链接只有路径",
    )
    operations_port: int = Field(
        default=0,
        ge=0,
        le=65534,
        description="运行监测端口（Prometheus，只在 127.0.0.1），后台进程用下一个端口号；0 为不开",
    )
    sms: Literal["console", "http", "memory"] = Field(
        default="console",
        description="短信通道：console 写到日志与数据目录的 outbox/，http 交给短信网关，memory 只供测试",
    )
    sms_url: str = Field(
        default="",
        pattern=r"^(https?://[^/\s]+(/\S*)?)?$",
        description="短信网关的地址，如 https://sms.example.cn/send；GUIGUAN_SMS=http 时必填",
    )
    sms_account: str = Field(default="", description="在短信网关的账号，原样写入每条请求")
    sms_secret: SecretStr = Field(
        default=SecretStr(""),
        description="与短信网关约定的密钥，至少 32 个字符，用于双方请求的签名；GUIGUAN_SMS=http 时必填",
    )
    mail_url: str = Field(
        default="", description="邮件服务器，如 smtp://用户:口令@主机:587?tls=1；不写则写到 outbox/"
    )
    mail_from: str = Field(default="noreply@localhost", description="发件地址")
    storage: str = Field(
        default="", description="上传文件的存放处：空为数据目录，s3://桶名?endpoint=地址 为 S3 兼容存储"
    )
    oidc: str = Field(
        default="", description="统一身份认证（OIDC），写作 名称|发现地址|客户端代号|客户端密钥；不写则不启用"
    )
    wechat: SecretStr = Field(
        default=SecretStr(""),
        description="微信公众号，投票人用微信确认身份，写作 AppID|AppSecret；不写则不能用微信确认",
    )
    workdays: Path | None = Field(
        default=None, description="工作日表文件（列 date、works）；不写则用内置数据"
    )
    check_at: str = Field(
        default="03:30",
        description="每天几点（北京时间）由定序进程把选票日志和公开记录从头核对一遍，发现不符即报警、暂停投票；off 为不做",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="日志级别")

    @field_validator("check_at")
    @classmethod
    def _clock(cls, value: str) -> str:
        if value != "off" and not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
            raise ValueError("GUIGUAN_CHECK_AT：应为时:分，如 03:30，或 off (HH:MM, such as 03:30, or off)")
        return value

    @field_validator("data_key")
    @classmethod
    def _hex(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        if text and (len(text) != 64 or any(c not in "0123456789abcdef" for c in text)):
            raise ValueError("GUIGUAN_DATA_KEY：应为 64 位小写十六进制 (64 lower-case hex digits)")
        return value

    @model_validator(mode="after")
    def _whole_gateway(self) -> Environment:
        if self.sms == "http" and not (self.sms_url and len(self.sms_secret.get_secret_value()) >= 32):
            raise ValueError(
                "GUIGUAN_SMS=http：须同时写明 GUIGUAN_SMS_URL 和至少 32 个字符的 GUIGUAN_SMS_SECRET"
                " (needs GUIGUAN_SMS_URL and a GUIGUAN_SMS_SECRET of 32 characters or more)"
            )
        return self

    @field_validator("wechat")
    @classmethod
    def _account(cls, value: SecretStr) -> SecretStr:
        parts = value.get_secret_value().split("|")
        if value.get_secret_value() and (len(parts) not in (2, 4) or not all(parts)):
            raise ValueError("GUIGUAN_WECHAT：应为 AppID|AppSecret (AppID|AppSecret)")
        return value

    def kept_secret(self, name: Literal["secret_key", "data_key"]) -> str:
        """The secret as set, else the one kept in the data folder, made at the first start and readable by its owner alone."""
        given: str = getattr(self, name).get_secret_value()
        if given:
            return given
        place = self.data / "keys" / name
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = place.with_suffix(f".{secrets.token_hex(4)}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_hex(32))
            try:
                place.hardlink_to(
                    fresh
                )  # of two processes that start at once, one wins and both read its key
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return place.read_text().strip()


@cache
def environment() -> Environment:
    """The settings of this process. InputError with every one that is unusable; their values are told nowhere."""
    try:
        return Environment()
    except ValidationError as error:
        raise InputError(*map(_unusable, error.errors(include_input=False))) from None
    except SettingsError as error:  # a list that is no JSON
        field = next((name for name in Environment.model_fields if f'"{name}"' in str(error)), "")
        raise InputError(_finding(_variable(field), "应为 JSON 数组", "a JSON array is wanted")) from None


def _unusable(error: ErrorDetails) -> Finding:
    if error["type"] == "value_error":  # said by this module, in both languages, with its name
        said = error["msg"].removeprefix("Value error, ")
        return Finding("settings.unusable", said, said)
    said = error["msg"]
    if error["type"] in _IN_CHINESE:
        said = _IN_CHINESE[error["type"]].format(**error.get("ctx", {}))
        said = said.replace(" or ", "、").replace(", ", "、")
    return _finding(_variable(str(error["loc"][0])), said, error["msg"])


_IN_CHINESE = {
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
    "int_parsing": "应为整数",
    "bool_parsing": "应为 true 或 false",
    "literal_error": "应为 {expected}",
    "string_pattern_mismatch": "应为网址",
}


def _finding(variable: str, zh: str, en: str) -> Finding:
    return Finding(
        "settings.unusable",
        f"{variable} 的值不能用（{zh}），怎么写见 docs/operate/settings.md",
        f"{variable} cannot be used ({en}); docs/operate/settings.md says how it is written",
    )


def _variable(field: str) -> str:
    """The environment variable that a field is read from."""
    return field if field.isupper() else f"GUIGUAN_{field.upper()}"
