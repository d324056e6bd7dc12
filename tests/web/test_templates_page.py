"""The templates in the browser: all of them, one as a syllabus, its sample data; and the page of all rooms."""

from __future__ import annotations

from pathlib import Path

from browsing import Browser

from studyplan import resources


def test_all_templates(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "broken.yaml").write_text("studyplan: [")
    page = browser.get("/templates")
    assert page.status == 200
    assert "month : 30 days, 50 tasks" in page.main
    assert "It expects:" in page.main
    assert "broken.yaml:1" in page.main
    assert browser.follow("Certified FinOps Professional – Foundations").path == "/templates/foundations"


def test_a_syllabus(browser: Browser) -> None:
    page = browser.get("/templates/foundations")
    assert page.status == 200
    for words in ("About the exam", "Who teaches for it", "About 55 minutes a day", "The language of FinOps", "total"):
        assert words in page.main
    assert "`" not in page.main
    assert all(each["href"].startswith(("https://", "/", "#")) for each in page.soup.select("a[href]"))
    assert browser.get("/templates/blank").status == 200


def test_sample_data_comes_as_it_ships(browser: Browser) -> None:
    page = browser.get("/templates/foundations")
    links = [str(each["href"]) for each in page.soup.select("a[download]")]
    assert links
    answer = browser.client.get(links[0])
    assert answer.status_code == 200
    name = links[0].rpartition("/")[2]
    assert answer.content == (resources.plans() / "samples" / name).read_bytes()
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'


def test_what_is_no_template_or_sample(browser: Browser) -> None:
    browser.may_miss = True
    for path in ("/templates/nothing", "/templates/..%2f..%2fetc", "/templates/x.yaml", "/templates/" + "a" * 5000):
        assert browser.get(path).status == 404
    for name in ("nothing.csv", "..%2Ffoundations.yaml", "%00", "学"):
        assert browser.get(f"/templates/foundations/samples/{name}").status == 404


def test_a_sample_that_is_gone_is_told(browser: Browser, tmp_path: Path) -> None:
    text = (
        (resources.plans() / "foundations.yaml").read_text(encoding="utf-8").replace("id: foundations", "id: mine", 1)
    )
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "mine.yaml").write_text(text, encoding="utf-8")
    page = browser.get("/templates/mine")
    assert page.status == 200
    link = str(page.soup.select("a[download]")[0]["href"])
    assert browser.get(link).status == 503


def test_all_rooms(studying: Browser) -> None:
    page = studying.get("/more")
    links = [str(each["href"]) for each in page.soup.select("main a")]
    assert {"/plans", "/start", "/replan", "/templates", "/history"} <= set(links)
    for link in links:
        assert studying.get(link).status == 200, link
