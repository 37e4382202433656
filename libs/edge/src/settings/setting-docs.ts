import { getMetadataStorage } from 'class-validator';

/** The programs that run until they are stopped. */
export const SERVICES = ['receiver', 'projector', 'query', 'standalone'] as const;

/** The programs that read environment variables, as the documentation names them. */
export type Program =
  | (typeof SERVICES)[number]
  | 'add-partitions'
  | 'api-key'
  | 'audit'
  | 'dead-letters'
  | 'import'
  | 'rebuild'
  | 'retention'
  | 'simulate';

/** The sections of `docs/configuration.md`. */
export const SETTING_TOPICS = [
  'HTTP server',
  'Access and encryption',
  'Event log',
  'Store',
  'Acceptance and retention',
  'Answers',
  'Logs and traces',
  'Commands',
] as const;
export type SettingTopic = (typeof SETTING_TOPICS)[number];

/** What the documentation says about an environment variable. */
export interface VariableDoc {
  readonly name: string;
  readonly topic: SettingTopic;
  /** As one would write it in the environment; `undefined` if the variable has no default. */
  readonly default: string | undefined;
  /** Which values are valid, with their unit and range. */
  readonly values: string;
  /** One sentence, without a full stop. */
  readonly meaning: string;
  readonly programs: readonly Program[];
}

/** Of the values without the range: that is read from the validation. */
type SettingDoc = Omit<VariableDoc, 'name' | 'default'>;

const DOCS = new Map<string, SettingDoc>();

/** Documents a setting. Every property of the settings needs it: {@link settingDocs} fails otherwise. */
export function Setting(
  topic: SettingTopic,
  programs: readonly Program[],
  values: string,
  meaning: string,
): PropertyDecorator {
  return (_, name) => void DOCS.set(String(name), { topic, programs, values, meaning });
}

/** The properties of a class that are validated or have a default, in the order of their declaration. */
export function propertiesOf(settings: new () => object): readonly string[] {
  const validated = validationsOf(settings).map(({ propertyName }) => propertyName);
  return [...new Set([...validated, ...Object.keys(new settings())])];
}

/** What is documented about the properties of a class, in the order of their declaration. */
export function docsOf(settings: new () => object): readonly VariableDoc[] {
  const defaults = new settings() as Readonly<Record<string, unknown>>;
  return propertiesOf(settings).map((name) => {
    const doc = DOCS.get(name);
    if (doc === undefined) throw new Error(`${name} is not documented: decorate it with @Setting`);
    const values = `${doc.values}${rangeText(settings, name)}`;
    return { name, ...doc, values, default: defaultText(defaults[name]) };
  });
}

function validationsOf(settings: new () => object) {
  return getMetadataStorage().getTargetValidationMetadatas(settings, '', false, false);
}

function rangeText(settings: new () => object, property: string): string {
  const ofProperty = validationsOf(settings).filter(({ propertyName }) => propertyName === property);
  const limit = (name: 'min' | 'max') =>
    ofProperty.find((validation) => validation.name === name)?.constraints?.[0] as number | undefined;
  const [least, most] = [limit('min'), limit('max')];
  return least === undefined || most === undefined ? '' : `, ${least} to ${most}`;
}

function defaultText(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}
