"""The what-if page: sliders over a scenario, answers in a browser; docs/guides/what_if_page.md."""
