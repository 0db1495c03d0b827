using Newtonsoft.Json;

namespace WampRouter.Client.Newtonsoft;

/// <summary>Refuses NaN and infinities, which Newtonsoft.Json writes as the text "NaN", or as no JSON at all; settings that say to write 0 for them are followed.</summary>
internal sealed class FiniteWriter(TextWriter text) : JsonTextWriter(text)
{
    public override void WriteValue(double value)
    {
        ThrowIfNotFinite(value);
        base.WriteValue(value);
    }

    public override void WriteValue(double? value)
    {
        ThrowIfNotFinite(value ?? 0);
        base.WriteValue(value);
    }

    public override void WriteValue(float value)
    {
        ThrowIfNotFinite(value);
        base.WriteValue(value);
    }

    public override void WriteValue(float? value)
    {
        ThrowIfNotFinite(value ?? 0);
        base.WriteValue(value);
    }

    private void ThrowIfNotFinite(double value)
    {
        if (!double.IsFinite(value) && FloatFormatHandling != FloatFormatHandling.DefaultValue)
        {
            throw new NotSupportedException("JSON, which arguments are written in, has no form for NaN and infinities: send null or a text.");
        }
    }
}
