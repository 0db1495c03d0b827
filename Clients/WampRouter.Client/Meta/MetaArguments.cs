using WampRouter.Client.Sessions;
using WampRouter.Wire;

namespace WampRouter.Client.Meta;

/// <summary>Arguments of the router's own procedures. The client writes them itself, so that they do not depend on the serializer of the application.</summary>
internal static class MetaArguments
{
    /// <summary>What was written as Arguments and perhaps ArgumentsKw.</summary>
    public static WampPayload From(TokenWriter written, int elements) =>
        new WampArguments(new Payload(written.Format, written.Output.Written, elements), WampJsonSerializer.Default);

    /// <summary>A URI or pattern, and how it matches.</summary>
    public static WampPayload Pattern(string uri, WampMatch match)
    {
        var writer = new TokenWriter(WireFormat.Json);
        writer.BeginList(2);
        writer.WriteText(uri);
        OptionWriter.Write(writer, new MatchOption(match));
        writer.EndList();
        return From(writer, elements: 1);
    }

    private readonly struct MatchOption(WampMatch match) : IOptions
    {
        public void WriteOptions(ref OptionWriter options) => options.Match(match);
    }
}
