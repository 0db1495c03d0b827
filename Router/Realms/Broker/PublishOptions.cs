using WampRouter.Wire;

namespace WampRouter.Realms.Broker;

/// <summary>PUBLISH.Options as far as the broker acts on them; everything else is ignored, as the specification asks.</summary>
internal readonly struct PublishOptions
{
    /// <summary>Whether the publisher waits for PUBLISHED or ERROR.</summary>
    public bool Acknowledge { get; private init; }

    /// <summary>Whether the publisher itself gets no EVENT; true unless it says otherwise.</summary>
    public bool ExcludeMe { get; private init; }

    /// <summary>Whether subscribers are told who publishes.</summary>
    public bool DiscloseMe { get; private init; }

    /// <summary>Reads the options; a value of the wrong type is a protocol violation, described in <paramref name="violation"/>.</summary>
    public static bool TryRead(in WampMessage publish, out PublishOptions options, out string? violation)
    {
        violation = null;
        if (!publish.HasOptions)
        {
            options = new PublishOptions { ExcludeMe = true };
            return true;
        }

        var (acknowledge, excludeMe, discloseMe) = (false, true, false);
        var reader = new DictionaryReader(publish.Format, publish.Options);
        while (reader.TryReadNext(out var key, out var value))
        {
            if (key.SequenceEqual("acknowledge"u8) && !value.TryGetBoolean(out acknowledge))
            {
                violation = "PUBLISH.Options.acknowledge must be a boolean";
            }
            else if (key.SequenceEqual("exclude_me"u8) && !value.TryGetBoolean(out excludeMe))
            {
                violation = "PUBLISH.Options.exclude_me must be a boolean";
            }
            else if (key.SequenceEqual("disclose_me"u8) && !value.TryGetBoolean(out discloseMe))
            {
                violation = "PUBLISH.Options.disclose_me must be a boolean";
            }
        }

        options = new PublishOptions { Acknowledge = acknowledge, ExcludeMe = excludeMe, DiscloseMe = discloseMe };
        return violation is null;
    }
}
