"""Every sentence with which an upload is refused: rule, Chinese, English. `…` stands for what was found."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str, str]] = {
    # what the file is
    "empty": (
        "upload.empty",
        "文件是空的（0 字节）。请确认文件内容后重新上传。",
        "The file is empty (0 bytes). Check the file and upload it again.",
    ),
    "too-large": (
        "upload.too-large",
        "文件有 … MB，超过 … MB。请压缩图片或分成几个文件后再上传。",
        "The file has … MB, over … MB. Make its pictures smaller or split it, then upload it again.",
    ),
    "grew": (
        "upload.too-large",
        "图片重新保存后过大。请缩小尺寸后再上传。",
        "The picture grew too large when saved anew. Scale it down and upload it again.",
    ),
    "name": (
        "upload.name",
        "文件名“…”不能使用。请改成普通的文件名（如 案例图片1.jpg）后再上传。",
        "The file name “…” cannot be used. Rename the file (such as picture1.jpg) and upload it again.",
    ),
    "old-word": (
        "upload.type",
        "这是旧格式的 Word 文件（.doc）。请在 Word 或 WPS 中另存为 .docx 后再上传。",
        "This is an old Word file (.doc). Save it as .docx in Word or WPS and upload it again.",
    ),
    "old-excel": (
        "upload.type",
        "这是旧格式的 Excel 文件（.xls）。请在 Excel 或 WPS 中另存为 .xlsx 后再上传。",
        "This is an old Excel file (.xls). Save it as .xlsx in Excel or WPS and upload it again.",
    ),
    "macro-kind": (
        "upload.type",
        "这是启用宏的文件（.…）。请另存为不含宏的 .docx 或 .xlsx 后再上传。",
        "This is a file for macros (.…). Save it as .docx or .xlsx, without macros, and upload it again.",
    ),
    "archive": (
        "upload.type",
        "不收压缩包（.…）。请解压后逐个上传其中的文件。",
        "Archives (.…) are not taken. Unpack it and upload the files one by one.",
    ),
    "other-picture": (
        "upload.type",
        "不收 .… 图片。请另存为 JPG 后再上传。",
        "Pictures of kind .… are not taken. Save it as JPG and upload it again.",
    ),
    "web-page": (
        "upload.type",
        "不收网页和矢量图（.…）。请另存为 PDF 或 JPG 后再上传。",
        "Web pages and drawings (.…) are not taken. Save it as PDF or JPG and upload it again.",
    ),
    "other-kind": (
        "upload.type",
        "不收这种文件（.…）。请另存为 PDF、DOCX、XLSX、JPG 或 PNG 后再上传。",
        "This kind of file (.…) is not taken. Save it as PDF, DOCX, XLSX, JPG or PNG and upload it again.",
    ),
    "not-its-name": (
        "upload.type",
        "文件名以 .… 结尾，内容却是 … 格式。请用相应软件打开后另存为正确的格式，不要只改文件名。",
        "The name ends in .…, but the content is of kind …. Open it and save it in the right format; renaming is not enough.",
    ),
    "format": (
        "upload.format",
        "这一栏不收 … 格式，只收 …。请转换格式后再上传。",
        "This field does not take …, only …. Convert the file and upload it again.",
    ),
    # broken
    "broken": (
        "upload.broken",
        "文件已损坏，无法读取。请打开原文件确认无误，另存一份后再上传。",
        "The file is damaged and cannot be read. Open the original, save a new copy and upload that.",
    ),
    "not-of-kind": (
        "upload.broken",
        "文件不是有效的 … 文件，可能已损坏。请打开原文件确认无误，另存一份后再上传。",
        "This is no valid … file; it may be damaged. Open the original, save a new copy and upload that.",
    ),
    "layout": (
        "upload.broken",
        "文件的内部结构不正常（…）。请用 Word、Excel 或 WPS 打开，另存一份后再上传。",
        "The file is put together in an odd way (…). Open it in Word, Excel or WPS, save a new copy and upload that.",
    ),
    "beside-pdf": (
        "upload.broken",
        "PDF 的前面或后面夹带了别的内容。请重新导出 PDF 后再上传。",
        "There is something else before or after the PDF. Export the PDF anew and upload it again.",
    ),
    "no-pages": (
        "upload.broken",
        "PDF 没有一页可读的内容。请重新导出 PDF 后再上传。",
        "The PDF has no page that can be read. Export it anew and upload it again.",
    ),
    "encrypted": (
        "upload.encrypted",
        "打开这个文件需要密码。请取消密码后再上传：Word、Excel 在“文件—信息—保护”中、WPS 在“文件—文档加密”中清除；PDF 请用原来的软件另存为不加密的文件。",
        "The file opens only with a password. Remove it (File, Info, Protect in Word and Excel; save a PDF without it) and upload it again.",
    ),
    "restricted": (
        "upload.encrypted",
        "PDF 不用密码就能打开，但设有权限限制，内容无法检查。请用浏览器打开它，选“打印—另存为 PDF”，再上传新的文件；不能打印的，请上传纸质件的扫描件。",
        "The PDF opens without a password but is restricted, so its content cannot be checked. Open it in a browser, print it to a new PDF and upload that; if it cannot be printed, upload a scan of the paper.",
    ),
    "doctype": (
        "upload.doctype",
        "文件的 … 部分含有外部实体声明（DOCTYPE），正常的文件没有。请用 Word、Excel 或 WPS 新建文件并粘贴内容后再上传。",
        "Its part … has a DOCTYPE, which no proper file has. Paste the content into a new document and upload that.",
    ),
    "macro": (
        "upload.macro",
        "文件含有宏（…）。请另存为不含宏的 .docx 或 .xlsx 后再上传。",
        "The file holds macros (…). Save it as .docx or .xlsx without macros and upload it again.",
    ),
    # active content
    "embedded": (
        "upload.active",
        "文件里嵌入了其他文件或控件（…），例如附件图标、嵌入的表格、公式编辑器的公式。请选中它并剪切，用“选择性粘贴”贴为图片，另存后再上传；附件请单独上传。",
        "Another file or a control is embedded (…), such as an attached file, a table or an equation object. Cut it, use Paste Special to put it back as a picture, save and upload again; upload attached files by themselves.",
    ),
    "chart-data": (
        "upload.active",
        "图表所带的数据过多（…）。请选中图表并剪切，用“选择性粘贴”贴为图片，另存后再上传。",
        "The data behind the charts is too much (…). Cut each chart, use Paste Special to put it back as a picture, save and upload again.",
    ),
    "external": (
        "upload.active",
        "文件会自动读取外部内容（…）。请在软件中断开链接，把内容存入文件后再上传。",
        "The file would fetch something from outside (…). Break the link, keep the content in the file and upload again.",
    ),
    "dde": (
        "upload.active",
        "文件含有会运行程序或读取外部数据的域或公式（…）。请删除或改成普通文字、数值后再上传。",
        "A field or formula would run a program or fetch data (…). Replace it by plain text or values and upload again.",
    ),
    "pdf-active": (
        "upload.active",
        "PDF 含有脚本、自动动作、附件或多媒体（…）。请用“打印为 PDF”重新生成后再上传。",
        "The PDF holds scripts, automatic actions, attachments or media (…). Print it to a new PDF and upload that.",
    ),
    # too much
    "bomb-unpacked": (
        "upload.bomb",
        "文件解压后过大或压缩比异常（…），不是正常的文件。请新建文件并粘贴内容后再上传。",
        "The file unpacks to far too much (…). Paste the content into a new document and upload that.",
    ),
    "bomb-pixels": (
        "upload.bomb",
        "图片的像素过多（…×…），超过 … 万像素。请缩小尺寸后再上传。",
        "The picture has too many pixels (…×…), over … times ten thousand. Scale it down and upload it again.",
    ),
    "bomb-memory": (
        "upload.bomb",
        "检查文件所需的内存过多。请精简内容或缩小图片后再上传。",
        "The file needs too much memory to be checked. Simplify it or scale its pictures down and upload it again.",
    ),
    "timeout": (
        "upload.timeout",
        "检查文件所需的时间过长。请精简内容或重新导出后再上传。",
        "The file takes too long to be checked. Simplify it or export it anew and upload it again.",
    ),
    "unchecked": (
        "upload.unchecked",
        "暂时无法检查文件。请稍后再上传；仍不行请联系主办单位。",
        "The file cannot be checked at present. Upload it later; if that fails again tell the organiser.",
    ),
    "traversal": (
        "upload.traversal",
        "文件内部有指向文件之外的路径（…），不安全。请用 Word、Excel 或 WPS 另存一份后再上传。",
        "A path inside the file leads out of it (…). Save a new copy in Word, Excel or WPS and upload that.",
    ),
    "pixels-exact": (
        "upload.pixels",
        "图片是 … 像素，要求恰好 … 像素。请裁剪或缩放后再上传。",
        "The picture has … pixels, exactly … are wanted. Crop or scale it and upload it again.",
    ),
    "pixels-minimum": (
        "upload.pixels",
        "图片是 … 像素，要求不少于 … 像素。请换一张更清晰的图片。",
        "The picture has … pixels, at least … are wanted. Use a sharper picture.",
    ),
}
