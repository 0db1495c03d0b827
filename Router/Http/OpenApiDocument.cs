using System.Text;
using System.Text.Json;

namespace WampRouter.Http;

/// <summary>The description of what is here for programs, as an OpenAPI document (<c>openapi.json</c> beside this file).</summary>
internal static class OpenApiDocument
{
    private static readonly string Text = Read();

    /// <summary>The document.</summary>
    /// <param name="path">What it is below.</param>
    public static byte[] At(string path) => Encoding.UTF8.GetBytes(Text.Replace("{base}", JsonEncodedText.Encode(path).ToString(), StringComparison.Ordinal));

    private static string Read()
    {
        using var stream = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("openapi.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Replace("{version}", typeof(OpenApiDocument).Assembly.GetName().Version!.ToString(3), StringComparison.Ordinal);
    }
}
