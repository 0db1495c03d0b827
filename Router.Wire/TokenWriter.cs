using System.Buffers;
using System.Text;
using WampRouter.Wire.Cbor;
using WampRouter.Wire.Json;
using WampRouter.Wire.MessagePack;

namespace WampRouter.Wire;

/// <summary>Writes one token after the other in any format: the counterpart of <see cref="TokenReader"/>. Not thread-safe.</summary>
internal class TokenWriter(WireFormat format)
{
    private readonly WireFormat _format = format;
    private readonly OutputBuffer _output = new();
    private bool _needsComma;       // JSON: the next item is neither the first of its container nor the value of a key

    /// <summary>The format written.</summary>
    public WireFormat Format => _format;

    /// <summary>Where the bytes go.</summary>
    public OutputBuffer Output => _output;

    /// <summary>Where it is, for <see cref="GoBack"/>.</summary>
    public (int Length, bool NeedsComma) Place => (_output.Length, _needsComma);

    public void WriteId(ulong id) => WriteUnsigned(id);

    public void WriteInteger(long value)
    {
        Separate();
        switch (_format)
        {
            case WireFormat.Json:
                JsonTokenWriter.WriteInteger(_output, value);
                break;
            case WireFormat.MessagePack:
                MessagePackTokenWriter.WriteInteger(_output, value);
                break;
            default:
                CborTokenWriter.WriteInteger(_output, value);
                break;
        }
    }

    public void WriteUnsigned(ulong value)
    {
        Separate();
        switch (_format)
        {
            case WireFormat.Json:
                JsonTokenWriter.WriteUnsigned(_output, value);
                break;
            case WireFormat.MessagePack:
                MessagePackTokenWriter.WriteUnsigned(_output, value);
                break;
            default:
                CborTokenWriter.WriteUnsigned(_output, value);
                break;
        }
    }

    /// <summary>Writes a double; JSON has no NaN and no infinity and gets null for them.</summary>
    public void WriteDouble(double value)
    {
        Separate();
        switch (_format)
        {
            case WireFormat.Json:
                JsonTokenWriter.WriteDouble(_output, value);
                break;
            case WireFormat.MessagePack:
                MessagePackTokenWriter.WriteDouble(_output, value);
                break;
            default:
                CborTokenWriter.WriteDouble(_output, value);
                break;
        }
    }

    public void WriteBoolean(bool value)
    {
        Separate();
        switch (_format)
        {
            case WireFormat.Json:
                _output.Write(value ? "true"u8 : "false"u8);
                break;
            case WireFormat.MessagePack:
                MessagePackTokenWriter.WriteBoolean(_output, value);
                break;
            default:
                CborTokenWriter.WriteBoolean(_output, value);
                break;
        }
    }

    public void WriteNull()
    {
        Separate();
        switch (_format)
        {
            case WireFormat.Json:
                _output.Write("null"u8);
                break;
            case WireFormat.MessagePack:
                _output.Write(MessagePackSyntax.Nil);
                break;
            default:
                CborTokenWriter.WriteNull(_output);
                break;
        }
    }

    /// <summary>Writes a text given as valid UTF-8, without escapes.</summary>
    public void WriteText(ReadOnlySpan<byte> utf8)
    {
        Separate();
        WriteTextToken(utf8);
    }

    /// <summary>Writes a text. Half a surrogate pair becomes U+FFFD.</summary>
    public void WriteText(string text)
    {
        const int stackBytes = 512;
        var maxBytes = Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = maxBytes > stackBytes ? ArrayPool<byte>.Shared.Rent(maxBytes) : null;
        var utf8 = rented ?? stackalloc byte[stackBytes];
        WriteText(utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Writes bytes; in JSON by the convention of <see cref="JsonBinary"/>.</summary>
    public void WriteBinary(ReadOnlySpan<byte> bytes)
    {
        Separate();
        switch (_format)
        {
            case WireFormat.Json:
                JsonTokenWriter.WriteBinary(_output, bytes);
                break;
            case WireFormat.MessagePack:
                MessagePackTokenWriter.WriteBinary(_output, bytes);
                break;
            default:
                CborTokenWriter.WriteBinary(_output, bytes);
                break;
        }
    }

    public void WriteEmptyDictionary()
    {
        BeginDictionary(0);
        EndDictionary();
    }

    /// <summary>Starts a dictionary of exactly so many entries, each a <see cref="WriteKey"/> and a value.</summary>
    public void BeginDictionary(int entries)
    {
        Separate();
        switch (_format)
        {
            case WireFormat.Json:
                _output.Write((byte)'{');
                _needsComma = false;
                break;
            case WireFormat.MessagePack:
                MessagePackTokenWriter.WriteDictionaryHead(_output, entries);
                break;
            default:
                CborTokenWriter.WriteDictionaryHead(_output, entries);
                break;
        }
    }

    public void EndDictionary() => CloseJson((byte)'}');

    /// <summary>Starts a list of exactly so many items.</summary>
    public void BeginList(int items)
    {
        Separate();
        switch (_format)
        {
            case WireFormat.Json:
                _output.Write((byte)'[');
                _needsComma = false;
                break;
            case WireFormat.MessagePack:
                MessagePackTokenWriter.WriteListHead(_output, items);
                break;
            default:
                CborTokenWriter.WriteListHead(_output, items);
                break;
        }
    }

    public void EndList() => CloseJson((byte)']');

    /// <summary>Writes the key of the next entry, given as valid UTF-8.</summary>
    public void WriteKey(ReadOnlySpan<byte> utf8)
    {
        Separate();
        WriteTextToken(utf8);
        if (_format is WireFormat.Json)
        {
            _output.Write((byte)':');
            _needsComma = false;
        }
    }

    /// <summary>Comes before every item: JSON's comma.</summary>
    public void Separate()
    {
        if (_format is not WireFormat.Json)
        {
            return;
        }

        if (_needsComma)
        {
            _output.Write((byte)',');
        }

        _needsComma = true;
    }

    /// <summary>Takes back all that was written since it was at a place.</summary>
    public void GoBack((int Length, bool NeedsComma) place)
    {
        _output.Remove(place.Length, _output.Length - place.Length);
        _needsComma = place.NeedsComma;
    }

    private void CloseJson(byte closer)
    {
        if (_format is WireFormat.Json)
        {
            _output.Write(closer);
            _needsComma = true;
        }
    }

    private void WriteTextToken(ReadOnlySpan<byte> utf8)
    {
        switch (_format)
        {
            case WireFormat.Json:
                JsonTokenWriter.WriteText(_output, utf8);
                break;
            case WireFormat.MessagePack:
                MessagePackTokenWriter.WriteText(_output, utf8);
                break;
            default:
                CborTokenWriter.WriteText(_output, utf8);
                break;
        }
    }

    /// <summary>Starts over.</summary>
    /// <param name="headroom">Bytes to leave free at the front.</param>
    protected void Reset(int headroom)
    {
        _output.Reset(headroom);
        _needsComma = false;
    }
}
