using System.Runtime.InteropServices;

namespace WampRouter.Tests.Doubles;

/// <summary>A pipe that has a name among files. Who opens it as a file is opened waits for a writer, for good.</summary>
internal static partial class NamedPipe
{
    private const int OwnersOnly = 0x180;       // rw-------

    public static void Make(string path) => Assert.That(MakeFifo(path, OwnersOnly), Is.Zero, $"mkfifo {path}");

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, int mode);
}
