#!/usr/bin/env python3
"""The page of a run in a browser: headless Chromium at 1,000 and at 10,000 nodes.

Usage: report_browser.py GOSSIM     with the python3 of Debian, which has python3-selenium

Skipped where Chromium or its driver is not installed. A page is opened from its file; what it shows
is compared with the tables of the run.
"""

import bisect
import csv
import json
import os
import shutil
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from browser import ActionChains, By, Keys, ScrollOrigin, asked_for, open_browser
from program import program_of_arguments

PROGRAM = program_of_arguments()
PAGE = "/run/report.html"
NASTY = "</script><img src=x onerror=window.pwned=1>"
SCENARIO = f"""\
name: seen
duration: 9s
nodes:
  count: {{count}}
  groups: [{{{{name: old, nodes: {{{{share: 10%}}}}, router: {{{{profile: nim-2020}}}}}}}}]
topology: {{{{kind: random-regular, degree: 12}}}}
links: {{{{delay: {{{{uniform: [10ms, 150ms]}}}}, loss: 2%}}}}
topics: [{{{{name: '{NASTY}', subscribers: all}}}}]
publish: [{{{{start: 5s, every: 1s, count: 3, size: 1KiB}}}}]
expect: [delivery_ratio >= 0.99]
"""


def rows_of(folder, name):
    with open(os.path.join(folder, "tables", name), encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


class BrowserTest(unittest.TestCase):
    """A browser, and the page of one run traced in full."""

    count = None  # of nodes; set below

    @classmethod
    def setUpClass(cls):
        if cls.count is None:
            raise unittest.SkipTest("only its classes below are tests")
        cls.folder = tempfile.mkdtemp(prefix="gossim-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.results = os.path.join(cls.folder, "run")
        scenario = os.path.join(cls.folder, "seen.yaml")
        with open(scenario, "w", encoding="utf-8") as file:
            file.write(SCENARIO.format(count=cls.count))
        for call in (
            ["run", scenario, "--trace", "full", "--no-figures", "--delivery-table", "--out"]
            + [cls.results],
            ["report", cls.results, "--question", NASTY],
        ):
            outcome = PROGRAM.call(*call)
            if outcome.status != 0:
                raise AssertionError(outcome)
        rows = rows_of(cls.results, "delivery.tsv")
        cls.deliveries = [row for row in rows if row["message"] == "0"]
        cls.latencies = sorted(int(row["latency_ns"]) for row in cls.deliveries)
        cls.browser = open_browser()
        cls.addClassCleanup(cls.browser.quit)
        cls.open_page()

    @classmethod
    def open_page(cls):
        cls.browser.get("file://" + os.path.join(cls.results, "report.html"))

    def setUp(self):
        self.open_page()

    # --- what a person does --------------------------------------------------------------------

    def find(self, name):
        return self.browser.find_element(By.ID, "view-" + name)

    def script(self, text, *arguments):
        return self.browser.execute_script(text, *arguments)

    def now_ns(self):
        return int(self.find("now").get_attribute("data-ns"))

    def shown(self, name):
        return int(self.find(name).get_attribute("data-count"))

    def choose(self, name, value):
        self.script(
            "const e = document.getElementById(arguments[0]); e.value = arguments[1];"
            "e.dispatchEvent(new Event('change'))",
            "view-" + name,
            value,
        )

    def picture(self):
        return self.script("return document.getElementById('view-canvas').toDataURL()")

    def layer(self, name):
        return self.browser.find_element(By.CSS_SELECTOR, f"#view-layers input[value={name}]")

    def detail(self):
        items = self.browser.find_elements(By.CSS_SELECTOR, "#view-detail dd")
        return {item.get_attribute("data-name"): item.text for item in items}

    def reached_by(self, time_ns):
        """By the table of deliveries."""
        return bisect.bisect_right(self.latencies, time_ns)

    def delivery_at(self, node):
        return next((row for row in self.deliveries if int(row["node"]) == node), None)

    # --- what must be true ---------------------------------------------------------------------

    def test_given_the_page_when_opened_then_no_error_and_nothing_from_a_network(self):
        self.browser.get_log("performance")
        self.browser.get_log("browser")
        self.open_page()
        self.find("play").click()
        self.find("play").click()
        self.assertEqual([], self.browser.get_log("browser"))
        self.assertEqual([], asked_for(self.browser, PAGE))
        refused = self.script(
            "return fetch('https://example.org/').then(() => 'loaded', (error) => error.name)"
        )
        self.assertEqual("TypeError", refused)

    def test_given_names_that_are_markup_when_shown_then_they_are_text(self):
        self.assertIsNone(self.script("return window.pwned || null"))
        self.assertEqual(0, self.script("return document.querySelectorAll('img[onerror]').length"))
        self.assertIn(NASTY, self.browser.find_element(By.CLASS_NAME, "question").text)
        self.assertIn(NASTY, self.find("message").text)

    def test_given_the_slider_when_moved_then_counts_are_those_of_the_tables(self):
        slider = self.find("time")
        self.assertEqual(len(self.latencies), self.shown("reached"))
        self.choose("span", "copies")
        slider.send_keys(Keys.END)
        duplicates = int(rows_of(self.results, "messages.tsv")[0]["duplicates"])
        self.assertEqual(duplicates, self.shown("duplicates"))
        self.choose("span", "all")
        seen = []
        for place in (0, 100, 250, 333, 500, 700, 1000):
            self.script(
                "const slider = arguments[0]; slider.value = arguments[1];"
                "slider.dispatchEvent(new Event('input', {bubbles: true}));",
                slider,
                place,
            )
            self.assertEqual(self.reached_by(self.now_ns()), self.shown("reached"), place)
            seen.append(self.shown("reached"))
        self.assertEqual(0, seen[0])
        self.assertGreater(len(set(seen)), 4)

    def test_given_the_keyboard_alone_when_used_then_time_and_nodes_move(self):
        slider = self.find("time")
        slider.send_keys(Keys.HOME)
        self.assertEqual(0, self.now_ns())
        slider.send_keys(Keys.ARROW_RIGHT)
        self.assertEqual("1", slider.get_attribute("value"))
        self.assertGreater(self.now_ns(), 0)
        slider.send_keys(Keys.SPACE)
        self.assertEqual("true", self.find("play").get_attribute("aria-pressed"))
        slider.send_keys(Keys.SPACE)
        self.assertEqual("false", self.find("play").get_attribute("aria-pressed"))
        canvas = self.find("canvas")
        canvas.send_keys(Keys.END)
        self.assertEqual(self.reached_by(self.now_ns()), self.shown("reached"))
        self.assertEqual(len(self.latencies), self.shown("reached"))
        canvas.send_keys(Keys.PAGE_UP)
        self.assertLess(self.shown("reached"), len(self.latencies) + 1)
        canvas.send_keys(Keys.ARROW_RIGHT)
        first = int(self.detail()["node"])
        self.assertEqual(self.latencies[0], int(self.delivery_at(first)["latency_ns"]))
        canvas.send_keys(Keys.ARROW_RIGHT)
        self.assertNotEqual(first, int(self.detail()["node"]))
        for _ in range(30):
            canvas.send_keys(Keys.ARROW_RIGHT)
        node = int(self.detail()["node"])
        canvas.send_keys(Keys.ARROW_UP)
        self.assertEqual(int(self.delivery_at(node)["sender"]), int(self.detail()["node"]))
        canvas.send_keys(Keys.ESCAPE)
        self.assertEqual({}, self.detail())

    def test_given_tab_when_pressed_then_controls_come_in_order(self):
        self.find("message").send_keys("")
        found = []
        for _ in range(24):
            element = self.browser.switch_to.active_element
            found.append(element.get_attribute("id") or element.get_attribute("value"))
            element.send_keys(Keys.TAB)
        boxes = ["links", "mesh", "tree", "duplicates", "lost", "ihave", "iwant", "graft", "prune"]
        above = ["message", "layout", "colour", "span", "trail", "speed"]
        below = ["canvas", "play", "start", "end", "time", "node"]
        wanted = [
            *("view-" + name for name in above),
            *boxes,
            *("view-" + name for name in below),
        ]
        self.assertEqual(wanted, [name for name in found if name in wanted])
        unnamed = self.script(
            "return [...document.querySelectorAll('button, input, select, canvas, img')]"
            ".filter((e) => !("
            "e.textContent.trim() || e.ariaLabel || e.alt || (e.labels && e.labels.length)))"
            ".map((e) => e.outerHTML.slice(0, 80))"
        )
        self.assertEqual([], unnamed)

    def test_given_a_node_when_pointed_at_then_its_detail_is_that_of_the_trace(self):
        self.find("time").send_keys(Keys.END)
        self.browser.execute_script("document.getElementById('view-canvas').scrollIntoView()")
        nodes = {row["node"]: row for row in rows_of(self.results, "nodes.tsv")}
        canvas = self.find("canvas")
        for index in (0, len(self.deliveries) // 2, len(self.deliveries) - 1):
            row = self.deliveries[index]
            node = int(row["node"])
            x, y, width, height = self.script(
                "const c = document.getElementById('view-canvas');"
                "return [...gossimView.picture.placeOf(arguments[0]), c.clientWidth,"
                " c.clientHeight]",
                node,
            )
            ActionChains(self.browser).move_to_element_with_offset(
                canvas, round(x - width / 2), round(y - height / 2)
            ).perform()
            near = self.script("return gossimView.picture.selected")
            # Where nodes are close together a neighbour may be nearer to the pixel.
            if near != node:
                gap = self.script(
                    "const p = gossimView.picture;"
                    "const [a, b] = [p.placeOf(arguments[0]), p.placeOf(arguments[1])];"
                    "return Math.hypot(a[0] - b[0], a[1] - b[1])", near, node)
                self.assertLess(gap, 2.5, f"pointed at {node}, found {near}")
                row, node = self.delivery_at(near), near
            found = self.detail()
            self.assertEqual(str(node), found["node"])
            self.assertEqual(nodes[str(node)]["links"], found["links"])
            self.assertEqual(row["hops"], found["hop"])
            self.assertTrue(found["from"].startswith(f"node {row['sender']},"), found)
            self.assertEqual("requested" == row["copy"], "IWANT" in found["from"])
            self.assertIn(found["group"], ("old", "in no group"))
            tip = self.find("tip")
            self.assertTrue(tip.is_displayed())
            self.assertIn(f"node {node}:", tip.text)

    def test_given_a_number_when_typed_then_the_same_detail_and_its_mesh_are_shown(self):
        node = int(self.deliveries[7]["node"])
        self.choose("span", "copies")
        self.find("time").send_keys(Keys.END)
        box = self.find("node")
        box.send_keys(str(node))
        found = self.detail()
        self.assertEqual(self.deliveries[7]["hops"], found["hop"])
        published = int(self.deliveries[7]["published_ns"])
        outcome = PROGRAM.call(
            "trace", self.results, "--node", str(node), "--kind", "graft,prune,duplicate",
            "--format", "jsonl",
        )
        mesh, copies = set(), 0
        until = published + self.now_ns()
        for record in map(json.loads, outcome.out.splitlines()):
            if record["at_ns"] <= until and record["kind"] == "graft":
                mesh.add(record["peer"])
            elif record["at_ns"] <= until and record["kind"] == "prune":
                mesh.discard(record["peer"])
            elif record["kind"] == "duplicate" and record["message"] == 0:
                copies += 1
        self.assertTrue(found["mesh"].startswith(f"{len(mesh)} of "), found)
        self.assertIn(": " + ", ".join(map(str, sorted(mesh)[:16])), found["mesh"])
        self.assertEqual(f"{copies} so far, {copies} in the end", found["duplicates"])

    # --- what is enlarged -----------------------------------------------------------------------

    def drawn(self):
        """When the picture is as it is to be: by how much it is enlarged."""
        self.script("return new Promise((done) => requestAnimationFrame(() =>"
                    " requestAnimationFrame(() => done(true))))")
        return self.script("return gossimView.picture.lens.times")

    def places(self):
        """Where nodes are on the canvas."""
        return self.script(
            "const p = gossimView.picture; return [0, 1, 2, 3, 4, 5, 6, 7].map("
            "(node) => p.placeOf(node))"
        )

    def assert_places(self, expected, found, pixels=0.6):
        for a, b in zip(expected, found):
            self.assertAlmostEqual(a[0], b[0], delta=pixels)
            self.assertAlmostEqual(a[1], b[1], delta=pixels)

    def size(self):
        return self.script(
            "const c = document.getElementById('view-canvas');"
            "c.scrollIntoView({block: 'center'}); return [c.clientWidth, c.clientHeight]"
        )

    def wheel(self, x, y, pixels):
        """Turns the wheel at a place, in pixels from the middle of the canvas."""
        origin = ScrollOrigin.from_element(self.find("canvas"), x, y)
        ActionChains(self.browser).scroll_from_origin(origin, 0, pixels).perform()

    def test_given_the_wheel_when_turned_then_enlarged_where_the_pointer_is(self):
        self.script("document.body.style.marginBottom = '3000px'")
        wide, high = self.size()
        whole, before = self.places(), self.picture()
        top = self.script("return scrollY")
        self.wheel(0, 0, 100)
        self.assertEqual(1, self.drawn())
        self.assertGreater(self.script("return scrollY"), top)

        self.size()
        self.script("document.getElementById('view-canvas').focus()")
        top = self.script("return scrollY")
        self.wheel(80, -40, -400)
        times = self.drawn()
        self.assertGreater(times, 2)
        self.assertEqual(top, self.script("return scrollY"))
        x, y = wide / 2 + 80, high / 2 - 40
        self.assert_places(
            [[x + (a - x) * times, y + (b - y) * times] for a, b in whole], self.places(), 2
        )
        self.assertNotEqual(before, self.picture())
        self.wheel(80, -40, 4000)
        self.assertEqual(1, self.drawn())
        self.assert_places(whole, self.places())
        self.assertEqual(before, self.picture())

    def test_given_keys_when_pressed_then_enlarged_moved_and_shown_whole(self):
        canvas = self.find("canvas")
        wide, high = self.size()
        whole, before = self.places(), self.picture()
        canvas.send_keys("++")
        times = self.drawn()
        self.assertAlmostEqual(2.25, times)
        middle = [[wide / 2 + (a - wide / 2) * times, high / 2 + (b - high / 2) * times]
                  for a, b in whole]
        self.assert_places(middle, self.places())
        ActionChains(self.browser).key_down(Keys.SHIFT).send_keys(Keys.ARROW_RIGHT).key_up(
            Keys.SHIFT).perform()
        self.drawn()
        self.assert_places([[a - wide / 5, b] for a, b in middle], self.places())
        canvas.send_keys("-")
        self.assertAlmostEqual(1.5, self.drawn())
        canvas.send_keys("0")
        self.assertEqual(1, self.drawn())
        self.assertEqual(before, self.picture())
        # A node that is looked at stays where it is, and one out of sight is brought into it.
        canvas.send_keys(Keys.END, Keys.ARROW_RIGHT)
        node = self.script("return gossimView.picture.selected")
        at = "return gossimView.picture.placeOf(arguments[0])"
        place = self.script(at, node)
        canvas.send_keys("+" * 6)
        self.assertGreater(self.drawn(), 10)
        self.assert_places([place], [self.script(at, node)], 3)
        away = self.script(
            "const p = gossimView.picture; const c = p.canvas;"
            "return [...p.px.keys()].find((i) => { const [x, y] = p.placeOf(i);"
            " return x < -50 || y < -50 || x > c.clientWidth + 50 || y > c.clientHeight + 50; })"
        )
        self.find("node").send_keys(Keys.CONTROL + "a" + Keys.NULL, str(away))
        self.drawn()
        x, y = self.script(at, away)
        self.assertTrue(0 <= x <= wide and 0 <= y <= high, (x, y))
        self.assertEqual(str(away), self.detail()["node"])

    def test_given_an_enlarged_picture_when_dragged_then_it_moves_and_nodes_are_found(self):
        canvas = self.find("canvas")
        wide, high = self.size()
        chain = ActionChains(self.browser).move_to_element_with_offset(canvas, 0, 0)
        chain.click_and_hold().move_by_offset(60, 30).release().perform()
        self.assertEqual(1, self.drawn())  # all is seen: there is nothing to move
        self.script("gossimView.select(-1, true); gossimView.pinned = -1")
        self.script("gossimView.zoom.zoom(8, 0.5, 0.5)")
        self.drawn()
        before = self.places()
        chain = ActionChains(self.browser).move_to_element_with_offset(canvas, 0, 0)
        chain.click_and_hold().move_by_offset(60, 30).move_by_offset(20, 10).release().perform()
        self.drawn()
        self.assert_places([[a + 80, b + 40] for a, b in before], self.places())
        self.assertEqual(-1, self.script("return gossimView.pinned"))  # that was no click

        node, x, y = self.script(
            "const p = gossimView.picture; const [w, h] = [p.canvas.clientWidth,"
            " p.canvas.clientHeight]; let best = null; for (const i of p.px.keys()) {"
            " const [x, y] = p.placeOf(i); const d = Math.hypot(x - w / 2, y - h / 2);"
            " if (best === null || d < best[3]) { best = [i, x, y, d]; } } return best.slice(0, 3)"
        )
        ActionChains(self.browser).move_to_element_with_offset(
            canvas, round(x - wide / 2), round(y - high / 2)).click().perform()
        self.assertEqual(str(node), self.detail()["node"])
        self.script("gossimView.picture.lens.move(-0.4, -0.4)")
        for _ in range(3):
            ActionChains(self.browser).move_to_element_with_offset(
                canvas, 0, 0).click_and_hold().move_by_offset(300, 150).release().perform()
        self.drawn()
        lens = self.script("const { x, y, times } = gossimView.picture.lens; return [x, y, times]")
        self.assertEqual([0.5 / 8, 0.5 / 8, 8], lens)  # the edge, and no further

    def test_given_layers_when_switched_then_what_is_drawn_changes(self):
        self.choose("span", "copies")
        self.script("gossimView.seek(gossimView.spread.span * 0.4)")
        self.choose("trail", "all")
        there = {
            name: self.script(
                "const c = gossimView.spread.columns;"
                "return arguments[0] === null ? c[arguments[1]].length : c.ckind.filter("
                "(k, i) => k === arguments[0] && c.ctime[i] <= gossimView.time).length",
                kind, column)
            for name, kind, column in (
                ("links", None, "time"), ("mesh", None, "ma"), ("tree", None, "time"),
                ("duplicates", None, "dtime"), ("lost", None, "ltime"), ("ihave", 2, ""),
                ("iwant", 3, ""), ("graft", 4, ""), ("prune", 5, ""),
            )
        }
        for name in ("links", "mesh", "tree", "duplicates", "lost", "ihave"):
            self.assertGreater(there[name], 0, name)
        for name, count in there.items():
            before, shown = self.picture(), self.layer(name).is_selected()
            self.layer(name).click()
            after = self.picture()
            self.assertEqual(count > 0, before != after, name)
            self.layer(name).click()
            self.assertEqual(shown, self.layer(name).is_selected())
            self.assertEqual(before, self.picture(), name)

    def test_given_another_message_place_or_colour_when_chosen_then_the_picture_changes(self):
        pictures = {self.picture()}
        for name, value in (("layout", "network"), ("colour", "hops"), ("colour", "group"),
                            ("message", "1")):
            self.choose(name, value)
            self.script("gossimView.settle(); gossimView.refresh()")
            pictures.add(self.picture())
        self.assertEqual(5, len(pictures))
        second = [row for row in rows_of(self.results, "delivery.tsv") if row["message"] == "1"]
        self.assertEqual(len(second), self.shown("reached"))

    def test_given_the_themes_when_changed_then_page_and_picture_change(self):
        def look():
            return self.script("return getComputedStyle(document.body).backgroundColor")

        before, picture = look(), self.picture()
        self.browser.find_element(By.ID, "theme").click()
        self.script("gossimView.settle(); gossimView.refresh()")
        self.assertNotEqual(before, look())
        self.assertNotEqual(picture, self.picture())
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "dark"}]})
        self.open_page()
        dark = look()
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "light"}]})
        self.open_page()
        self.assertNotEqual(dark, look())

    def test_given_less_motion_is_wanted_when_played_then_pictures_are_few(self):
        media = "Emulation.setEmulatedMedia"
        wish = {"name": "prefers-reduced-motion", "value": "reduce"}
        self.browser.execute_cdp_cmd(media, {"features": [wish]})
        self.open_page()
        self.script(
            "window.frames_seen = new Set(); const view = gossimView; const before = view.setTime;"
            "view.setTime = function (time) { frames_seen.add(time); before.call(view, time); };"
        )
        self.find("play").click()
        self.script("return new Promise((done) => setTimeout(done, 900))")
        seen = self.script("gossimView.pause(); return frames_seen.size")
        self.browser.execute_cdp_cmd(media, {"features": [{**wish, "value": ""}]})
        # The beginning, and one every half second; else it would be dozens.
        self.assertLessEqual(seen, 4)

    def test_given_a_narrow_window_when_shown_then_nothing_sticks_out(self):
        size = {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.open_page()
        wide = self.script("return document.documentElement.scrollWidth")
        self.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        self.assertLessEqual(wide, 400)

    def test_given_play_when_pressed_then_time_goes_on_to_the_end(self):
        self.script(
            "const speed = document.getElementById('view-speed');"
            "speed.add(new Option('200', '200')); speed.value = '200'"
        )
        self.find("play").click()
        self.script(
            "return new Promise((done) => { const look = () => gossimView.playing"
            " ? setTimeout(look, 20) : done(true); look(); })"
        )
        self.assertEqual(len(self.latencies), self.shown("reached"))
        # Not a test of time: how long a frame took, for whoever reads the log.
        self.script("gossimView.seek(0)")
        frames = self.script(
            "const all = []; const end = gossimView.spread.span;"
            "for (let i = 1; i <= 100; i++) { const began = performance.now();"
            " gossimView.setTime(end * i / 100); all.push(performance.now() - began); }"
            "all.sort((a, b) => a - b); return [all[50], all[95], all[99]]"
        )
        print(f"{self.count} nodes: frame p50 {frames[0]:.1f} ms, p95 {frames[1]:.1f} ms, "
              f"most {frames[2]:.1f} ms", file=sys.stderr)


class SmallBrowserTest(BrowserTest):
    count = 1000


class LargeBrowserTest(BrowserTest):
    count = 10000


if __name__ == "__main__":
    unittest.main()
