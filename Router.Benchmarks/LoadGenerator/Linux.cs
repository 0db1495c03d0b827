using System.ComponentModel;
using System.Runtime.InteropServices;

namespace WampRouter.Benchmarks.LoadGenerator;

/// <summary>
/// The system calls of the load generator. Sockets and epoll are used bare, because what the generator costs is taken from
/// what it can offer: no thread hop, no task and no allocation per message.
/// </summary>
internal static unsafe partial class Linux
{
    public const int EpollIn = 0x001;
    public const int EpollOut = 0x004;

    /// <summary>What a call on a non-blocking socket reports when it would have to wait.</summary>
    public const int TryAgain = 11;

    public const int ConnectInProgress = 115;

    private const int Interrupted = 4;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int InternetFamily = 2;
    private const int StreamType = 1;
    private const int NoSignal = 0x4000;
    private const int TcpLevel = 6;
    private const int TcpNoDelay = 1;
    private const int MaskBytes = 128;

    // struct epoll_event is packed on x86-64 and nowhere else.
    private static readonly int EventDataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    /// <summary>The size of one <c>struct epoll_event</c>.</summary>
    public static int EventSize => EventDataOffset + 8;

    /// <summary>A new epoll instance.</summary>
    public static int CreateEpoll() => Checked(EpollCreate(CloseOnExec), "epoll_create1");

    /// <summary>Adds a descriptor to an epoll instance, or changes what is waited for; events come back with <paramref name="token"/>.</summary>
    public static void Watch(int epoll, int descriptor, int events, int token, bool isNew)
    {
        var entry = stackalloc byte[EventSize];
        *(int*)entry = events;
        *(long*)(entry + EventDataOffset) = token;
        Checked(EpollControl(epoll, isNew ? 1 : 3, descriptor, entry), "epoll_ctl");
    }

    /// <summary>Waits for events; 0 when the time is over or a signal came.</summary>
    public static int Wait(int epoll, Span<byte> events, int timeoutMilliseconds)
    {
        fixed (byte* first = events)
        {
            var count = EpollWait(epoll, first, events.Length / EventSize, timeoutMilliseconds);
            return count < 0 && Marshal.GetLastPInvokeError() == Interrupted ? 0 : Checked(count, "epoll_wait");
        }
    }

    /// <summary>The flags and the token of one event.</summary>
    public static (int Flags, int Token) EventAt(ReadOnlySpan<byte> events, int index)
    {
        var entry = events.Slice(index * EventSize, EventSize);
        return (MemoryMarshal.Read<int>(entry), (int)MemoryMarshal.Read<long>(entry[EventDataOffset..]));
    }

    /// <summary>Begins a connection; the first write waits for it. The address is IPv4 in network order.</summary>
    public static int Connect(uint target, int port)
    {
        var descriptor = Checked(NewSocket(InternetFamily, StreamType | NonBlocking | CloseOnExec, 0), "socket");
        var on = 1;
        Checked(SetOption(descriptor, TcpLevel, TcpNoDelay, &on, sizeof(int)), "setsockopt(TCP_NODELAY)");
        var address = stackalloc byte[16];
        *(ushort*)address = InternetFamily;
        address[2] = (byte)(port >> 8);
        address[3] = (byte)port;
        *(uint*)(address + 4) = target;
        *(ulong*)(address + 8) = 0;
        if (ConnectSocket(descriptor, address, 16) < 0 && Marshal.GetLastPInvokeError() is var error && error != ConnectInProgress)
        {
            CloseDescriptor(descriptor);
            throw new Win32Exception(error, "connect");
        }

        return descriptor;
    }

    /// <summary>Reads what is there: its length, 0 at the end of the stream, or the negated error.</summary>
    public static int Receive(int descriptor, Span<byte> buffer)
    {
        fixed (byte* first = buffer)
        {
            var count = ReceiveBytes(descriptor, first, (nuint)buffer.Length, 0);
            return count >= 0 ? (int)count : -Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Sends what fits: how much, or the negated error.</summary>
    public static int Send(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            var count = SendBytes(descriptor, first, (nuint)bytes.Length, NoSignal);
            return count >= 0 ? (int)count : -Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Closes a descriptor. Errors of close mean nothing to a load generator.</summary>
    public static void Close(int descriptor) => _ = CloseDescriptor(descriptor);

    /// <summary>Pins one thread (0: the calling one) to the cores of a mask.</summary>
    public static void SetAffinity(int thread, ReadOnlySpan<byte> cores)
    {
        fixed (byte* mask = cores)
        {
            // A thread may end between being listed and being pinned.
            const int noSuchThread = 3;
            if (SetThreadAffinity(thread, (nuint)cores.Length, mask) < 0 && Marshal.GetLastPInvokeError() is var error && error != noSuchThread)
            {
                throw new Win32Exception(error, "sched_setaffinity");
            }
        }
    }

    /// <summary>The cores the calling thread may run on, as a bit mask.</summary>
    public static byte[] GetAffinity()
    {
        var cores = new byte[MaskBytes];
        fixed (byte* mask = cores)
        {
            Checked(GetThreadAffinity(0, (nuint)cores.Length, mask), "sched_getaffinity");
        }

        return cores;
    }

    private static int Checked(int result, string call) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), call);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int epoll, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(int epoll, byte* events, int maximum, int timeout);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int NewSocket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int ConnectSocket(int descriptor, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int descriptor, int level, int name, int* value, int length);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint ReceiveBytes(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint SendBytes(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetThreadAffinity(int thread, nuint length, byte* mask);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static partial int GetThreadAffinity(int thread, nuint length, byte* mask);
}
