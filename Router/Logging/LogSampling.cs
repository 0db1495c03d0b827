using System.Collections.Concurrent;

namespace WampRouter.Logging;

/// <summary>
/// Where the router's layers get the loggers from through which peers can cause lines: what a flood repeats is counted instead of written.
/// One per router. Any thread.
/// </summary>
/// <param name="loggers">The host's.</param>
/// <param name="time">The clock of the windows.</param>
internal sealed class LogSampling(ILoggerFactory loggers, TimeProvider time) : IDisposable
{
    private readonly ConcurrentBag<IDisposable> _made = [];

    /// <summary>A logger of this category.</summary>
    public ILogger<T> For<T>()
    {
        var logger = new SampledLogger<T>(loggers.CreateLogger<T>(), time);
        _made.Add(logger);
        return logger;
    }

    /// <summary>Says what was counted and not said yet.</summary>
    public void Dispose()
    {
        foreach (var logger in _made)
        {
            logger.Dispose();
        }
    }
}
