/** Reports readiness to the bench, and ends the process when the bench exits or sends SIGTERM. */
export function ready(message: object, stop: () => Promise<void> | void): void {
  const leave = () => void Promise.resolve(stop()).finally(() => process.exit(0));
  process.once('SIGTERM', leave);
  process.once('disconnect', leave);
  // The bench also receives it, and ends this process.
  process.on('SIGINT', () => undefined);
  process.send!(message);
}

/** Performs each task that the bench sends, and replies with its result. */
export function answerTasks<Task>(answer: (task: Task) => Promise<object> | object): void {
  process.on('message', (task: Task) => {
    Promise.resolve()
      .then(() => answer(task))
      .then(
        (result) => process.send!(result),
        (error: unknown) => process.send!({ failed: String((error as Error)?.stack ?? error) }),
      );
  });
}
