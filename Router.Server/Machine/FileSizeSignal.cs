using System.Runtime.InteropServices;

namespace WampRouter.Server.Machine;

/// <summary>
/// What the system sends a process that would write past a limit of file sizes (<c>ulimit -f</c>, a container's). By default it ends the process; here the write fails like any other, and
/// whoever writes says so.
/// </summary>
internal static class FileSizeSignal
{
    private const PosixSignal Signal = (PosixSignal)25;     // SIGXFSZ, on Linux and macOS; it has no name in .NET

    /// <summary>Ignores it from now on; null where there is no such signal.</summary>
    public static IDisposable? Ignore() => OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(Signal, static signal => signal.Cancel = true);
}
