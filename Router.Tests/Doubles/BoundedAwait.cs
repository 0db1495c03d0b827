using System.Runtime.CompilerServices;

namespace WampRouter.Tests.Doubles;

/// <summary>
/// Every await of a test is bounded: a hang fails after five seconds and says what was awaited, and where. A machine with more to do than it can is not taken for a hang:
/// as long as this process uses the processor, it is given more of such periods.
/// </summary>
internal static class BoundedAwait
{
    private const int MaxPeriods = 6;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    public static Task Soon(this Task task, [CallerArgumentExpression(nameof(task))] string what = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        WithinAsync(Period, task, what, file, line);

    public static async Task<T> Soon<T>(this Task<T> task, [CallerArgumentExpression(nameof(task))] string what = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        await Soon((Task)task, what, file, line);
        return await task;
    }

    public static Task Soon(this ValueTask task, [CallerArgumentExpression(nameof(task))] string what = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Soon(task.AsTask(), what, file, line);

    public static Task<T> Soon<T>(this ValueTask<T> task, [CallerArgumentExpression(nameof(task))] string what = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Soon(task.AsTask(), what, file, line);

    /// <summary>Waits for a task, period by period.</summary>
    public static async Task WithinAsync(TimeSpan period, Task task, [CallerArgumentExpression(nameof(task))] string what = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        for (var periods = 1; !task.IsCompleted; periods++)
        {
            var used = Environment.CpuUsage.TotalTime;
            using var over = new CancellationTokenSource();
            if (await Task.WhenAny(task, Task.Delay(period, TimeProvider.System, over.Token)) == task)
            {
                await over.CancelAsync();
            }
            else if (periods == MaxPeriods || IsIdle(Environment.CpuUsage.TotalTime - used, period))
            {
                throw new TimeoutException($"{Path.GetFileName(file)}, line {line}: after {(period * periods).TotalSeconds} s nothing has come of {what}");
            }
        }

        await task;
    }

    /// <summary>Whether a process that used so much of the processor had nothing to do: timers and Kestrel's heartbeat take a tenth of that.</summary>
    private static bool IsIdle(TimeSpan used, TimeSpan period) => used < 0.02 * period;
}
