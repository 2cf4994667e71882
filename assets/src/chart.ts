// Charts beside their tables. `data-chart` holds labels and series; without scripts the element stays
// hidden, and the table below says the same.

import { BarChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

import { all } from "./kit/dom";

echarts.use([BarChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

interface Told {
  labels: string[];
  series: { name: string; data: (number | null)[] }[];
}

const COLOURS = ["--court", "--wait", "--good"];

function draw(place: HTMLElement): void {
  const told = JSON.parse(place.dataset.chart ?? "{}") as Told;
  if (!told.labels?.length) return;
  const style = getComputedStyle(document.body);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  place.hidden = false;
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", place.dataset.say ?? "");
  const text = { color: colour("--ink"), fontFamily: style.fontFamily };
  const chart = echarts.init(place, undefined, { renderer: "svg" });
  chart.setOption({
    animation: false,
    color: COLOURS.map(colour),
    textStyle: text,
    legend: { top: 0, left: 0, itemGap: 28, textStyle: text },
    tooltip: { trigger: "axis" },
    grid: { top: 40, left: 8, right: 8, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: told.labels, axisLabel: { color: text.color } },
    yAxis: { type: "value", minInterval: 1, axisLabel: { color: text.color } },
    series: told.series.map((one) => ({ type: "bar" as const, barMaxWidth: 28, ...one })),
  });
  new ResizeObserver(() => chart.resize()).observe(place);
}

for (const place of all("[data-chart]")) draw(place);
