"""The rules that tables are held to: stable ids with a short title each, in Chinese and in English."""

from __future__ import annotations

RULES: dict[str, tuple[str, str]] = {
    "table.no-file": ("文件不存在或无法打开", "the file is missing or cannot be opened"),
    "table.not-its-name": ("文件内容与扩展名不符", "the file is not what its name says"),
    "table.encrypted": ("文件已加密", "the file is encrypted"),
    "table.broken": ("文件已损坏", "the file is damaged"),
    "table.unsafe": ("文件结构不安全", "the file is built in an unsafe way"),
    "table.too-large": ("文件过大", "the file is too large"),
    "table.too-many-rows": ("行数达到 Excel 上限", "as many rows as Excel can hold"),
    "table.empty": ("表格为空", "the table is empty"),
    "table.encoding": ("文字编码无法识别", "the text encoding is not recognised"),
    "table.read-as-gb18030": ("按 GB18030 编码读取", "read as GB18030"),
    "table.nul": ("含有空字符", "NUL characters"),
    "table.separator": ("分隔符不是英文逗号", "the separator is not a comma"),
    "table.quotes": ("引号不配对", "unbalanced quotation marks"),
    "table.cell-too-long": ("单元格过长", "a cell is too long"),
    "table.header-row": ("表头不在第一行", "the header is not in the first row"),
    "table.missing-column": ("缺少必填的列", "a required column is missing"),
    "table.duplicate-column": ("列名重复", "a column name occurs twice"),
    "table.unnamed-column": ("有数据的列没有列名", "a column with data has no name"),
    "table.unknown-columns": ("未定义的列", "columns that are not known"),
    "table.column-type": ("列的数据类型不支持", "the column's type is not supported"),
    "table.row-length": ("单元格数与表头不一致", "a row has more or fewer cells than the header"),
    "table.formula": ("单元格含公式", "a cell holds a formula"),
    "table.error-cell": ("单元格为错误值", "a cell holds an error value"),
    "table.merged": ("单元格已合并", "cells are merged"),
    "table.number-lost": ("数字位数过多", "a number has too many digits"),
    "table.other-sheets": ("其他工作表未读取", "other sheets were not read"),
}
