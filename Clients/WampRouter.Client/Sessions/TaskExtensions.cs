namespace WampRouter.Client.Sessions;

internal static class TaskExtensions
{
    /// <summary>For a task whose failure is reported where it happens: nobody here waits for it.</summary>
    public static void Forget(this Task task) =>
        task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
