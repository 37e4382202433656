import { ServiceProcess } from '../processes/service-process.js';
import { temporaryDirectory } from '../processes/standalone-process.js';

export type ClusterRole = 'receiver' | 'projector' | 'query';

/** One of our processes with its own data directory, which a test may end and start again. */
export class ClusterMember {
  private readonly dataDirectory = temporaryDirectory();
  private service: ServiceProcess | undefined;

  constructor(
    readonly role: ClusterRole,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  get url(): string | undefined {
    return this.service?.running ? this.service.url : undefined;
  }

  async start(): Promise<void> {
    if (this.service?.running) return;
    this.service = await ServiceProcess.app(this.role, { ...this.environment, DATA_DIR: this.dataDirectory });
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.service?.signal(signal);
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.service?.end(signal);
  }
}
