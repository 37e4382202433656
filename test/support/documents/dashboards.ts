/** The parts of a dashboard that tests look at. */
export interface BuiltDashboard {
  readonly title: string;
  readonly panels: readonly BuiltPanel[];
}

export interface BuiltPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: unknown;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string }[];
}

/** All panels except rows. */
export function allPanels({ panels }: BuiltDashboard): readonly BuiltPanel[] {
  return panels.filter(({ type }) => type !== 'row');
}
