/** Tells the bench that this process is ready, and ends it when the bench is gone or says so. */
export function ready(message: object, stop: () => Promise<void> | void): void {
  const leave = () => void Promise.resolve(stop()).finally(() => process.exit(0));
  process.once('SIGTERM', leave);
  process.once('disconnect', leave);
  // The bench gets it too, and ends this process.
  process.on('SIGINT', () => undefined);
  process.send!(message);
}

/** Answers each task that the bench sends, one after another. */
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
