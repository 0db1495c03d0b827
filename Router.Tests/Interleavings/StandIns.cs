namespace WampRouter;

// What Coyote does not know. In the sources that are compiled here these take the place of what they are named after: a name of their own namespace goes before one that is imported.

/// <summary>For <see cref="System.Threading.Lock"/>: to <c>lock</c> this is a monitor, which Coyote controls.</summary>
internal sealed class Lock;

/// <summary>For <see cref="System.Threading.Tasks.TaskCompletionSource"/>: Coyote controls the one that has a result, if what waits for it goes on at once.</summary>
internal sealed class TaskCompletionSource(TaskCreationOptions options = TaskCreationOptions.None)
{
    private readonly TaskCompletionSource<bool> _source = new();

    public Task Task => _source.Task;

    public void TrySetResult()
    {
        if ((options & TaskCreationOptions.RunContinuationsAsynchronously) != 0)
        {
            _ = Task.Run(() => _source.TrySetResult(true));     // a thread that Coyote controls
        }
        else
        {
            _source.TrySetResult(true);
        }
    }

    public void SetResult() => TrySetResult();
}

/// <summary>For <see cref="Task.WaitAsync(TimeSpan, TimeProvider)"/>, which goes on where Coyote has no say; the project file puts the name in.</summary>
internal static class ControlledWait
{
    /// <summary>Waits for a task, so long at most.</summary>
    public static async Task WaitWithinAsync(this Task task, TimeSpan limit, TimeProvider time)
    {
        var over = new TaskCompletionSource();
        using var timer = time.CreateTimer(static over => ((TaskCompletionSource)over!).TrySetResult(), over, limit, Timeout.InfiniteTimeSpan);
        if (await Task.WhenAny(task, over.Task) != task)
        {
            throw new TimeoutException();
        }
    }
}
