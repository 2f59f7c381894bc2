"""A page of gossim report, taken apart as a browser would."""

import base64
import hashlib
import html
import html.parser
import re
import struct

FORMS = {1: "B", 2: "H", 4: "I", 8: "d"}


class _Parser(html.parser.HTMLParser):
    """Elements with their attributes, and the text inside those with an id."""

    def __init__(self):
        super().__init__()
        self.elements = []
        self.open = []
        self.texts = {}
        self.cells = []
        self.rows = []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "img", "br", "input"):
            self.open.append((tag, dict(attrs).get("id")))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for tag, name in self.open:
            if name is not None:
                self.texts[name] = self.texts.get(name, "") + data
        if any(tag in ("td", "th") for tag, _ in self.open):
            self.rows[-1][-1] += data


class Page:
    """The page in a file."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.raw = file.read()
        parser = _Parser()
        parser.feed(self.raw)
        self.elements = parser.elements
        self.texts = parser.texts
        self.rows = parser.rows
        self.text = html.unescape(re.sub(r"<[^>]*>", "", self.without_scripts()))

    def without_scripts(self):
        return re.sub(r"<(script|style)\b.*?</\1>", "", self.raw, flags=re.DOTALL)

    def policy(self):
        for tag, attributes in self.elements:
            if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy":
                return attributes["content"]
        return None

    def inline_hashes(self, tag):
        """The hashes by which a policy would let inline elements of a kind pass."""
        inside = re.findall(rf"<{tag}>(.*?)</{tag}>", self.raw, flags=re.DOTALL)
        return [
            "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            for text in inside
        ]

    def columns(self, name):
        """Columns of numbers by their names."""
        data, found, at = base64.b64decode(self.texts[name]), {}, 0
        while at < len(data):
            title = data[at : at + 8].rstrip(b"\0").decode()
            size, count = struct.unpack_from("<II", data, at + 8)
            found[title] = struct.unpack_from(f"<{count}{FORMS[size]}", data, at + 16)
            at += 16 + (size * count + 7) // 8 * 8
        return found
