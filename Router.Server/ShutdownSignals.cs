using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using WampRouter.Hosting;
using WampRouter.Server.Logging;

namespace WampRouter.Server;

/// <summary>
/// The signals that the stand-alone router obeys. SIGHUP has the configuration read again, as soon as the router runs. The others end it: the first begins an orderly shutdown, a second one ends the process at once.
/// </summary>
/// <remarks>The host's lifetime, in the place of .NET's own, which listens to the same signals and would begin the shutdown before this one has said who asked for it.</remarks>
internal sealed partial class ShutdownSignals : IHostLifetime, IDisposable
{
    private const int ExitCodeOfSignal = 128;       // as shells count

    private static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(200);

    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger _logger;
    private readonly ConsoleOutput _output;
    private readonly ReloadSignal _reloads;
    private readonly IServiceProvider _services;        // the router is made after its lifetime
    private PosixSignalRegistration[] _registrations = [];
    private bool _signaled;

    public ShutdownSignals(IHostApplicationLifetime lifetime, ILogger<ShutdownSignals> logger, ConsoleOutput output, ReloadSignal reloads, IServiceProvider services) =>
        (_lifetime, _logger, _output, _reloads, _services) = (lifetime, logger, output, reloads, services);

    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => OnSignal(signal, number: 2)),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, signal => OnSignal(signal, number: 3)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => OnSignal(signal, number: 15)),
        ];
        _lifetime.ApplicationStarted.Register(() => _reloads.Obey(Reload));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _reloads.Obey(static () => { });        // the router is over, and its services go next
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Reload() => _services.GetRequiredKeyedService<RouterReload>(Options.DefaultName).TryReload(nameof(PosixSignal.SIGHUP));

    private void OnSignal(PosixSignalContext signal, int number)
    {
        signal.Cancel = true;       // the process ends when the host has stopped
        if (!Interlocked.Exchange(ref _signaled, true))
        {
            Log.FirstSignal(_logger, signal.Signal);
            _lifetime.StopApplication();
            return;
        }

        Log.SecondSignal(_logger, signal.Signal);
        _output.Drain(LastWord);
        Environment.Exit(ExitCodeOfSignal + number);
    }

    private static partial class Log
    {
        [LoggerMessage(1237, LogLevel.Information, "{Signal} asks the router to shut down")]
        public static partial void FirstSignal(ILogger logger, PosixSignal signal);

        [LoggerMessage(1233, LogLevel.Warning, "{Signal} came during the shutdown: the router ends at once")]
        public static partial void SecondSignal(ILogger logger, PosixSignal signal);
    }
}
