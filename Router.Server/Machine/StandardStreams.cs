using System.Runtime.InteropServices;

namespace WampRouter.Server.Machine;

/// <summary>
/// Whether the process has been given standard input, output and error. Where one of them is closed (<c>&gt;&amp;-</c> in a shell), its number goes to the next file that is opened: what is meant for the console would be
/// written into that, a history for instance, and read from it.
/// </summary>
internal static partial class StandardStreams
{
    private const int Count = 3;
    private const int GetFlags = 1;         // F_GETFD, on Linux and macOS
    private const int CloseOnExec = 1;      // FD_CLOEXEC, likewise

    private static readonly bool[] Given = [true, true, true];

    public static bool HasInput => Given[0];

    public static bool HasOutput => Given[1];

    public static bool HasError => Given[2];

    /// <summary>Looks which there are, and keeps the numbers of the others from being given to files. Once, before any file is opened.</summary>
    public static void Claim()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        for (var stream = 0; stream < Count; stream++)
        {
            // What was passed on to this process is not closed on exec; what .NET has opened since then is.
            var flags = Control(stream, GetFlags);
            Given[stream] = flags >= 0 && (flags & CloseOnExec) == 0;
            if (flags < 0)
            {
                Occupy(stream);
            }
        }
    }

    /// <summary>A file that is opened gets the lowest number that is free: this one.</summary>
    private static void Occupy(int stream)
    {
        var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (nothing.DangerousGetHandle() == stream)
        {
            nothing.SetHandleAsInvalid();       // it stays open to the end
        }
        else
        {
            nothing.Dispose();
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int file, int command);
}
