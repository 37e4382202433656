import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  ReduceDataOptionsBuilder,
  ScaleDistribution,
  VizLegendOptionsBuilder,
  LegendDisplayMode,
  LegendPlacement,
  VizTooltipOptionsBuilder,
  SortOrder,
  TooltipDisplayMode,
} from '@grafana/grafana-foundation-sdk/common';
import {
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type Panel,
  type Threshold,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as HeatmapBuilder } from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** Of the 24 columns of a dashboard. */
const STAT_WIDTH = 4;
const GRAPH_WIDTH = 8;
const STAT_HEIGHT = 4;
const GRAPH_HEIGHT = 8;

/** The data source that the viewer has chosen. */
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

export type PanelOf = Builder<Panel>;

/** The text of a panel, and its thresholds. */
export interface PanelText {
  readonly title: string;
  readonly description: string;
  /** A unit of Grafana: `short`, `s`, `bytes`, `percentunit`, `eps`… */
  readonly unit: string;
  /** The values from which on it is worth a look, and from which on somebody should act. */
  readonly warn?: number;
  readonly alarm?: number;
}

/** One number, with its recent past behind it. */
export function stat(text: PanelText, expr: string): PanelOf {
  return new StatBuilder()
    .title(text.title)
    .description(text.description)
    .unit(text.unit)
    .datasource(DATASOURCE)
    .span(STAT_WIDTH)
    .height(STAT_HEIGHT)
    .min(0)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .thresholds(thresholds(text))
    .withTarget(query(expr, '').refId('A'));
}

/** Lines over time; each query with the legend of its lines. */
export function graph(text: PanelText, queries: Readonly<Record<string, string>>): PanelOf {
  const panel = new TimeSeriesBuilder()
    .title(text.title)
    .description(text.description)
    .unit(text.unit)
    .datasource(DATASOURCE)
    .span(GRAPH_WIDTH)
    .height(GRAPH_HEIGHT)
    .min(0)
    .lineWidth(1)
    .fillOpacity(8)
    .thresholds(thresholds(text))
    .thresholdsStyle(
      new GraphThresholdsStyleConfigBuilder().mode(
        text.alarm === undefined ? GraphThresholdsStyleMode.Off : GraphThresholdsStyleMode.Dashed,
      ),
    )
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  Object.entries(queries).forEach(([legend, expr], index) =>
    panel.withTarget(query(expr, legend).refId(String.fromCharCode(65 + index))),
  );
  return panel;
}

/** The distribution of a histogram's observations over time. */
export function heatmap(text: PanelText, histogram: string): PanelOf {
  return new HeatmapBuilder()
    .title(text.title)
    .description(text.description)
    .datasource(DATASOURCE)
    .span(GRAPH_WIDTH)
    .height(GRAPH_HEIGHT)
    .scaleDistribution({ build: () => ({ type: ScaleDistribution.Linear }) })
    .withTarget(
      query(`sum by (le) (rate(${histogram}_bucket[$__rate_interval]))`, '{{le}}')
        .format(PromQueryFormat.Heatmap)
        .refId('A'),
    );
}

/** The usual quantiles of a histogram, by the label `by`. */
export function quantiles(histogram: string, by = ''): Record<string, string> {
  const labels = by === '' ? 'le' : `le, ${by}`;
  const suffix = by === '' ? '' : ` {{${by}}}`;
  return Object.fromEntries(
    [0.5, 0.95, 0.99].map((quantile) => [
      `p${quantile * 100}${suffix}`,
      `histogram_quantile(${quantile}, sum by (${labels}) (rate(${histogram}_bucket[$__rate_interval])))`,
    ]),
  );
}

/** The rate of a counter, in events per second. */
export function rate(counter: string, by = ''): string {
  const sum = by === '' ? 'sum' : `sum by (${by}) `;
  return `${sum}(rate(${counter}[$__rate_interval]))`;
}

function query(expr: string, legend: string): DataqueryBuilder {
  return new DataqueryBuilder().expr(expr).legendFormat(legend).datasource(DATASOURCE).range();
}

function thresholds({ warn, alarm }: PanelText): ThresholdsConfigBuilder {
  const steps: Threshold[] = [{ value: null, color: 'green' }];
  if (warn !== undefined) steps.push({ value: warn, color: 'orange' });
  if (alarm !== undefined) steps.push({ value: alarm, color: 'red' });
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}
