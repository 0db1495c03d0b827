using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace WampRouter.Configuration.Documents;

/// <summary>
/// Reads a file that the configuration names, whole. What is no file is a mistake at once: opening a pipe as one opens a file waits until somebody writes into it, and with it would wait a start or a reload, which
/// nobody could end.
/// </summary>
internal static partial class ConfiguredFile
{
    /// <summary>The largest file read: far beyond any realm or certificate, far below what would hurt.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private const string NoFile = "is no file, but a pipe, a socket or a device, which is not read here; put a file in its place";

    /// <summary>Its bytes, or what is wrong: words that follow the name of the file.</summary>
    public static bool TryRead(string path, [NotNullWhen(true)] out byte[]? bytes, [NotNullWhen(false)] out string? problem)
    {
        (bytes, problem) = (null, null);
        try
        {
            if (Directory.Exists(path))
            {
                problem = "is a directory, and a file must be there (Docker makes a directory where the source of a bind mount is missing)";
                return false;
            }

            using var file = Open(path);
            problem = file is null ? NoFile : Read(file, out bytes);
        }
        catch (NotSupportedException)       // it has no length
        {
            problem = NoFile;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"cannot be read: {e.Message}";
        }

        return problem is null;
    }

    /// <summary>Whether the file is that of a Unix domain socket.</summary>
    public static bool IsSocket(string path)
    {
        if (OpenFlags.Here is 0)
        {
            return File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint);       // what Windows makes of one
        }

        using var file = TryOpen(path);
        return file is null && Marshal.GetLastPInvokeError() is NoSuchDevice or NotSupportedOnSocket;
    }

    private static string? Read(SafeFileHandle file, out byte[] bytes)
    {
        var length = RandomAccess.GetLength(file);
        bytes = new byte[Math.Min(length, MaxBytes)];
        if (length > MaxBytes)
        {
            return $"is larger than {MaxBytes / 1024 / 1024} MiB, the most a configuration file may have";
        }

        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is > 0 and var more)
        {
            read += more;
        }

        Array.Resize(ref bytes, read);

        // Of a device such as /dev/zero the system says that it is empty, and then gives bytes without end.
        Span<byte> beyond = stackalloc byte[1];
        return length == 0 && RandomAccess.Read(file, beyond, 0) > 0 ? NoFile : null;
    }

    /// <summary>Opens it without waiting; null where that shows what it is. Throws what opening files throws.</summary>
    private static SafeFileHandle? Open(string path)
    {
        if (OpenFlags.Here is not 0)
        {
            if (TryOpen(path) is { } file)
            {
                return file;
            }

            if (Marshal.GetLastPInvokeError() is NoSuchDevice or NotSupportedOnSocket)      // a socket
            {
                return null;
            }
        }

        return File.OpenHandle(path);       // says in .NET's words why it cannot be opened
    }

    private static SafeFileHandle? TryOpen(string path)
    {
        int file;
        while ((file = OpenAt(path, OpenFlags.Here)) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }

        return file < 0 ? null : new SafeFileHandle(file, ownsHandle: true);
    }

    private const int Interrupted = 4;              // EINTR, on both
    private const int NoSuchDevice = 6;             // ENXIO, on both
    private const int NotSupportedOnSocket = 102;   // EOPNOTSUPP of macOS

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenAt(string path, int flags);

    /// <summary>Read, do not wait (O_NONBLOCK), take no terminal for one's own (O_NOCTTY), give it to no child (O_CLOEXEC).</summary>
    private static class OpenFlags
    {
        private const int Linux = 0x800 | 0x100 | 0x80000;
        private const int MacOS = 0x4 | 0x20000 | 0x1000000;

        /// <summary>0 on other systems.</summary>
        public static int Here => OperatingSystem.IsLinux() ? Linux : OperatingSystem.IsMacOS() ? MacOS : 0;
    }
}
