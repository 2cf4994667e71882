"""Forms of the hand pages without signal, in a real browser over the real server."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect

from station.ground.settings import Settings
from tests import serving
from tests.offline import hand

pytestmark = pytest.mark.browser

WATCH_STRIP = """() => {
  window.wordless = 0;
  new MutationObserver(() => {
    const strip = document.querySelector("[data-unsent]");
    if (strip && !strip.hidden && !strip.textContent.trim()) window.wordless += 1;
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
}"""


def test_an_act_without_signal_is_kept_and_sent_once_when_it_is_back(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    gate_in = hand.make_gate_in(app)
    with serving.serve(settings, worker=False) as url, hand.device(tmp_path / "phone") as phone:
        page = hand.sign_in(phone, url)
        page.goto(f"{url}{gate_in}/readings", wait_until="networkidle")
        hand.unsent(page, 0)
        page.fill("[name=odometer]", "62310")
        page.locator("label", has_text="50").first.click()
        phone.set_offline(True)
        page.evaluate("document.querySelector('form[data-queue]').removeAttribute('data-next')")
        page.get_by_role("button", name="保存读数").click()
        expect(page.locator("[data-told]")).to_have_text("已存在这台设备上，有信号时自动发送。")
        hand.unsent(page, 1)
        assert hand.lines(app, "intake.readings") == []
        phone.set_offline(False)
        hand.unsent(page, 0)
        (line,) = hand.lines(app, "intake.readings")
        assert line.facts["odometer"] == 62310
        page.goto(f"{url}{gate_in}/readings", wait_until="networkidle")
        page.fill("[name=odometer]", "99999999")
        page.get_by_role(
            "button", name="保存读数"
        ).click()  # with signal, a refusal comes into the form
        expect(page.locator("[data-told]")).to_contain_text("里程")
        expect(page.locator("[name=odometer]")).to_have_value("99999999")
        hand.unsent(page, 0)


def test_the_strip_of_unsent_acts_is_never_shown_before_it_has_words(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    gate_in = hand.make_gate_in(app)
    with serving.serve(settings, worker=False) as url, hand.device(tmp_path / "phone") as phone:
        page = hand.sign_in(phone, url)
        page.add_init_script(f"({WATCH_STRIP})()")
        page.goto(f"{url}{gate_in}/readings", wait_until="networkidle")
        hand.unsent(page, 0)
        expect(page.locator("[data-unsent]")).to_be_visible()
        assert page.evaluate("window.wordless") == 0
