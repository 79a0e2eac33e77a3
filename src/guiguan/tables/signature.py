"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

from pathlib import Path

from guiguan.tables.collected import Collected

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KINDS: tuple[tuple[bytes, str, str, str], ...] = (
    (
        b"PK\x03\x04",
        "zip",
        "压缩包或 Office 文件（如 .xlsx）",
        "a zip archive or an Office file such as .xlsx",
    ),
    (b"PK\x05\x06", "zip", "空的压缩包", "an empty zip archive"),
    (_OLE2, "ole2", "旧版 Office 文件（如 .xls）", "an old Office file such as .xls"),
    (b"PAR1", "parquet", "Parquet 文件", "a Parquet file"),
    (b"PARE", "parquet", "加密的 Parquet 文件", "an encrypted Parquet file"),
    (b"%PDF-", "pdf", "PDF 文件", "a PDF file"),
    (b"{\\rtf", "rtf", "RTF 文件", "an RTF file"),
    (b"\x1f\x8b", "gzip", "gzip 压缩文件", "a gzip file"),
    (b"7z\xbc\xaf\x27\x1c", "7z", "7z 压缩包", "a 7z archive"),
    (b"Rar!", "rar", "RAR 压缩包", "a RAR archive"),
)
_WEB_PAGE = (b"<html", b"<!doctype", b"<table", b"<?xml")


def kind_of(path: Path) -> tuple[str, str, str]:
    """(short id, Chinese, English) of what the first bytes show; ("text", …) where nothing is recognised."""
    with path.open("rb") as stream:
        start = stream.read(512)
    for magic, kind, zh, en in _KINDS:
        if start.startswith(magic):
            return kind, zh, en
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB_PAGE):
        return "web", "网页或 XML 文件", "a web page or XML file"
    return "text", "无法识别的内容", "something not recognised"


def require_kind(path: Path, wanted: str, found: Collected) -> None:
    """The first bytes are those of `wanted` ("text", "zip" or "parquet"); stops with a finding else."""
    kind, zh, en = kind_of(path)
    if kind == wanted:
        return
    suffix = path.suffix.lower()
    if kind == "ole2" and suffix == ".xlsx" and _holds_encrypted_package(path):
        found.stop(
            "table.encrypted",
            "文件设有打开密码，无法读取。请在 Excel 中取消密码后另存为 .xlsx，再提交。",
            "The file is protected by a password. Remove the password in Excel, save as .xlsx and hand it "
            "in again.",
        )
    found.stop(
        "table.not-its-name",
        f"扩展名为 {suffix}，内容却是{zh}。请用原软件另存为真正的 {suffix} 文件；只改扩展名无效。",
        f"The name ends in {suffix}, the content is {en}. Save it as a real {suffix} file; renaming is not "
        "enough.",
    )


def _holds_encrypted_package(path: Path) -> bool:
    # The directory of an OLE2 file names its streams in UTF-16; it may lie anywhere in the file.
    name, tail = "EncryptedPackage".encode("utf-16-le"), b""
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            if name in tail + chunk:
                return True
            tail = chunk[-len(name) :]
    return False
