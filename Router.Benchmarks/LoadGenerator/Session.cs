using System.Diagnostics;
using System.Text;
using WampRouter.Benchmarks.Dialects;

namespace WampRouter.Benchmarks.LoadGenerator;

/// <summary>One client of the load generator, from the TCP connection to its end. Belongs to one <see cref="EventLoop"/> and its thread.</summary>
internal sealed class Session
{
    private readonly EventLoop _loop;
    private readonly Dialect _dialect;
    private readonly Actor _actor;
    private readonly int _token;
    private readonly int _descriptor;
    private readonly bool _isRawSocket;
    private readonly SendBuffer _outgoing;

    private readonly ByteStore _partial = new();       // the beginning of a frame whose rest has not come yet
    private readonly ByteStore _fragments = new();     // the fragments of a message whose last one has not come yet
    private Stage _stage = Stage.Upgrading;
    private bool _touched;
    private bool _waitsForRoom;
    private bool _leaving;

    public Session(EventLoop loop, int token, ServerAddress server, Dialect dialect, Actor actor)
    {
        (_loop, _token, _dialect, _actor) = (loop, token, dialect, actor);
        (_isRawSocket, _outgoing) = (server.IsRawSocket, new SendBuffer(server.IsRawSocket));
        _descriptor = Linux.Connect(server.Address, server.Port);
        Linux.Watch(loop.Epoll, _descriptor, Linux.EpollIn, token, isNew: true);
        _outgoing.AppendRaw(server.FirstBytes.Span);
        Touch();
    }

    private enum Stage : byte
    {
        Upgrading,
        Joining,
        Joined,
        Closed,
    }

    /// <summary>The protocol spoken.</summary>
    public Dialect Dialect => _dialect;

    /// <summary>A buffer to build the next message in; all sessions of a loop share it.</summary>
    public Span<byte> Scratch => _loop.Scratch;

    /// <summary>True once the connection is gone.</summary>
    public bool IsClosed => _stage == Stage.Closed;

    /// <summary>Enqueues a message; it is sent when the loop has handled everything it woke up for.</summary>
    public void Send(ReadOnlySpan<byte> message)
    {
        _outgoing.AppendFrame(ClientFrame.Text, message);
        Touch();
    }

    /// <summary>Reports that what came is not what should have come: the measurement is void.</summary>
    public void Fail(string failure) => _loop.Fail(failure);

    /// <summary>Says goodbye; the session closes when the server answers.</summary>
    public void Leave()
    {
        if (IsClosed || _leaving)
        {
            return;
        }

        _leaving = true;
        Send(_dialect.Goodbye);
    }

    /// <summary>Drops the connection.</summary>
    public void Close()
    {
        if (!IsClosed)
        {
            _stage = Stage.Closed;
            Linux.Close(_descriptor);
        }
    }

    /// <summary>Reads once and handles every whole message that is there.</summary>
    public void Receive()
    {
        var buffer = _loop.ReceiveBuffer;
        var kept = _partial.Bytes.Length;
        _partial.Bytes.CopyTo(buffer);
        var count = Linux.Receive(_descriptor, buffer[kept..]);
        if (count <= 0)
        {
            if (count != -Linux.TryAgain)
            {
                Ended(count);
            }

            return;
        }

        var now = Stopwatch.GetTimestamp();
        ReadOnlySpan<byte> bytes = buffer[..(kept + count)];
        var used = _stage == Stage.Upgrading ? ReadUpgrade(bytes) : 0;
        while (_stage is Stage.Joining or Stage.Joined && TryRead(bytes[used..], out var frame))
        {
            used += frame.Length;
            HandleFrame(frame, now);
        }

        _partial.Clear();
        _partial.Append(bytes[used..]);
    }

    /// <summary>Sends what is enqueued, as far as the socket takes it.</summary>
    public void Flush()
    {
        _touched = false;
        while (!_outgoing.IsEmpty && !IsClosed)
        {
            var count = Linux.Send(_descriptor, _outgoing.Unsent);
            if (count < 0)
            {
                if (count != -Linux.TryAgain)
                {
                    Ended(count);
                    return;
                }

                break;
            }

            _outgoing.Sent(count);
        }

        WaitForRoom(!_outgoing.IsEmpty);
    }

    private void HandleFrame(in ServerFrame frame, long now)
    {
        switch (frame.Opcode)
        {
            case ClientFrame.Text when frame.IsFinal:
                HandleText(frame.Body, now);
                break;
            case ClientFrame.Text or ClientFrame.Continuation:
                _fragments.Append(frame.Body);
                if (frame.IsFinal)
                {
                    HandleText(_fragments.Bytes, now);
                    _fragments.Clear();
                }

                break;
            case ClientFrame.Ping:
                _outgoing.AppendFrame(ClientFrame.Pong, frame.Body);
                Touch();
                break;
            case ClientFrame.Pong:
                break;
            case ClientFrame.Close:
                Ended(0);
                break;
            default:
                _loop.Fail($"the server sent a frame with opcode {frame.Opcode}");
                break;
        }
    }

    private void HandleText(ReadOnlySpan<byte> text, long now)
    {
        while (!text.IsEmpty && !IsClosed)
        {
            var length = _dialect.NextLength(text);
            var message = _dialect.Read(text[..length]);
            text = text[length..];
            switch (message.Kind)
            {
                case IncomingKind.Ignored:
                    break;
                case IncomingKind.Joined:
                    _stage = Stage.Joined;
                    _actor.Joined(this);
                    break;
                case IncomingKind.Left:
                    Ended(0);
                    break;
                case IncomingKind.Fault:
                    _loop.Fail($"the server said {Encoding.UTF8.GetString(message.Payload)}");
                    break;
                default:
                    _actor.Received(this, message, now);
                    break;
            }
        }
    }

    private bool TryRead(ReadOnlySpan<byte> bytes, out ServerFrame frame) => _isRawSocket ? RawSocketFrame.TryRead(bytes, out frame) : ClientFrame.TryRead(bytes, out frame);

    // Returns how many bytes the response took; 0 while it is incomplete.
    private int ReadUpgrade(ReadOnlySpan<byte> bytes)
    {
        if (_isRawSocket)
        {
            return ReadReply(bytes);
        }

        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return 0;
        }

        var head = bytes[..end];
        if (!head.StartsWith("HTTP/1.1 101"u8) || head.IndexOf(ServerAddress.ExpectedAccept) < 0)
        {
            _loop.Fail($"the server refused the WebSocket: {Encoding.UTF8.GetString(bytes)}");
            Close();
            return bytes.Length;
        }

        _stage = Stage.Joining;
        Send(_dialect.Hello);
        return end + 4;
    }

    private int ReadReply(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < RawSocketFrame.ReplyBytes)
        {
            return 0;
        }

        if (!RawSocketFrame.IsAcceptance(bytes))
        {
            _loop.Fail($"the server refused the RawSocket: {Convert.ToHexString(bytes[..RawSocketFrame.ReplyBytes])}");
            Close();
            return bytes.Length;
        }

        _stage = Stage.Joining;
        Send(_dialect.Hello);
        return RawSocketFrame.ReplyBytes;
    }

    private void Ended(int result)
    {
        if (!_leaving && !IsClosed)
        {
            _loop.Fail(result == 0 ? "the server closed a connection" : $"a connection broke with error {-result}");
        }

        Close();
    }

    private void Touch()
    {
        if (!_touched)
        {
            _touched = true;
            _loop.Touch(this);
        }
    }

    private void WaitForRoom(bool wait)
    {
        if (wait != _waitsForRoom && !IsClosed)
        {
            _waitsForRoom = wait;
            Linux.Watch(_loop.Epoll, _descriptor, wait ? Linux.EpollIn | Linux.EpollOut : Linux.EpollIn, _token, isNew: false);
        }
    }
}
