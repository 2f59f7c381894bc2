#!/usr/bin/env python3
"""The pages of a sweep and of a comparison in headless Chromium: light and dark, wide and narrow.

Usage: report_pages.py GOSSIM     with the python3 of Debian, which has python3-selenium

Skipped where Chromium or its driver is not installed.
"""

import os
import shutil
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from browser import By, Keys, asked_for, open_browser
from program import program_of_arguments

PROGRAM = program_of_arguments()
SWEPT = """\
name: a-mesh-of-few-nodes-with-a-name-as-long-as-names-may-be-at-most
duration: 7s
nodes: {count: 30}
topology: {kind: random-regular, degree: 6}
links: {delay: {uniform: [10ms, 90ms]}}
topics: [{name: t, subscribers: all}]
publish: [{start: 4s, every: 500ms, count: 3, size: 100B}]
expect: [delivery_ratio >= 0.99, latency.p99 <= 400ms]
sweep:
  zip: {router.D: [3, 4, 6], router.Dlo: [2, 3, 4]}
  links.loss: [0%, 10%, 30%]
  router.profile: [gossipsub-v1.0, nim-2020]
  repeat: 3
"""
# What sticks out of the page, but for what can be scrolled by itself; and what lies on the title.
STICKING_OUT = """\
const wide = document.documentElement.clientWidth;
const range = document.createRange();
range.selectNodeContents(document.querySelector('h1'));
const button = document.getElementById('theme').getBoundingClientRect();
const covered = [...range.getClientRects()].filter((line) =>
  line.right > button.left && line.top < button.bottom && line.bottom > button.top);
return [
  ...[...document.querySelectorAll('body *')].filter((element) => {
    const place = element.getBoundingClientRect();
    const inside = element.parentElement.closest('.scroll, pre');
    const shown = place.width > 0 && (inside === null || element.tagName === 'CAPTION');
    return shown && place.right > wide + 0.5 && !element.matches('.skip');
  }).map((element) => element.outerHTML.slice(0, 100)),
  ...[...document.querySelectorAll('dd')].filter((card) => card.scrollWidth > card.clientWidth)
    .map((card) => card.textContent),
  ...covered.map((line) => `the title, up to ${line.right}`),
];
"""

LOOKS = [
    (page, theme, width)
    for page in ("sweep", "comparison") for theme in ("light", "dark") for width in (1280, 400)
]


class PagesTest(unittest.TestCase):
    """The pages of a sweep and of a comparison, which have no script of their own."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="gossim-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        scenario = os.path.join(cls.folder, "swept.yaml")
        with open(scenario, "w", encoding="utf-8") as file:
            file.write(SWEPT)
        places = {name: os.path.join(cls.folder, name) for name in ("sweep", "comparison")}
        for call in (
            ["sweep", scenario, "--out", places["sweep"]],
            ["compare", scenario, "--set-b", "router.Dhi=7", "--set-b",
             "links.delay={uniform: [20ms, 90ms]}", "--seeds", "3", "--out", places["comparison"]],
            *(["report", place] for place in places.values()),
        ):
            outcome = PROGRAM.call(*call)
            # Expectations fail at some points, which the page says.
            if outcome.status not in (0, 3):
                raise AssertionError(outcome)
        cls.pages = {
            name: "file://" + os.path.join(place, "report.html") for name, place in places.items()
        }
        cls.browser = open_browser()
        cls.addClassCleanup(cls.browser.quit)

    def open_page(self, name, theme="light", width=1280):
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": theme}]})
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
        self.browser.get_log("performance")
        self.browser.get_log("browser")
        self.browser.get(self.pages[name])

    def test_given_a_page_when_opened_then_no_error_and_nothing_from_a_network(self):
        for look in LOOKS:
            with self.subTest(look):
                self.open_page(*look)
                self.assertEqual([], self.browser.get_log("browser"))
                self.assertEqual([], asked_for(self.browser, self.pages[look[0]]))

    def test_given_a_page_when_shown_then_its_figures_are_there(self):
        wanted = {"sweep": 7, "comparison": 2}
        for name, theme, width in LOOKS:
            with self.subTest(page=name, theme=theme, width=width):
                self.open_page(name, theme, width)
                sizes = self.browser.execute_script(
                    "return [...document.images].map((image) => [image.complete,"
                    " image.naturalWidth, image.clientWidth, image.clientHeight])"
                )
                self.assertEqual(wanted[name], len(sizes))
                for complete, natural, wide, high in sizes:
                    self.assertTrue(complete)
                    self.assertGreater(natural, 400)
                    self.assertGreater(wide, 300)
                    self.assertLess(wide, width)
                    self.assertGreater(high, 100)

    def test_given_a_wide_or_narrow_window_when_shown_then_nothing_sticks_out(self):
        for name, theme, width in LOOKS:
            with self.subTest(page=name, theme=theme, width=width):
                self.open_page(name, theme, width)
                self.assertLessEqual(
                    self.browser.execute_script("return document.documentElement.scrollWidth"),
                    width,
                )
                self.assertEqual([], self.browser.execute_script(STICKING_OUT))

    def test_given_the_themes_when_asked_for_or_chosen_then_the_page_is_so(self):
        def look():
            return self.browser.execute_script(
                "const style = getComputedStyle(document.body);"
                "return [style.backgroundColor, style.color]"
            )

        for name in self.pages:
            seen = []
            for theme in ("light", "dark"):
                self.open_page(name, theme)
                seen.append(look())
                self.browser.find_element(By.ID, "theme").send_keys(Keys.ENTER)
                seen.append(look())
            self.assertEqual(seen[0], seen[3])
            self.assertEqual(seen[1], seen[2])
            self.assertNotEqual(seen[0][0], seen[1][0])
            self.assertNotEqual(seen[0][1], seen[1][1])

    def test_given_a_heading_when_pressed_then_rows_go_by_numbers_and_back(self):
        self.open_page("sweep")
        heading = next(
            head for head in self.browser.find_elements(By.CSS_SELECTOR, "table.sortable th button")
            if head.text.startswith("latency.p99")
        )
        column = self.browser.execute_script(
            "return [arguments[0].parentElement.cellIndex,"
            " [...document.querySelector('table.sortable').tHead.rows[0].cells].indexOf("
            "arguments[0].parentElement)]",
            heading,
        )
        self.assertEqual(column[0], column[1])
        orders = []
        for _ in range(2):
            heading.send_keys(Keys.ENTER)
            orders.append(self.browser.execute_script(
                "return [...document.querySelector('table.sortable').tBodies[0].rows].map("
                "(row) => Number(row.cells[arguments[0]].dataset.sort))",
                column[0],
            ))
        self.assertEqual(18, len(orders[0]))
        self.assertEqual(sorted(orders[0]), orders[0])
        self.assertEqual(orders[0][::-1], orders[1])


if __name__ == "__main__":
    unittest.main()
