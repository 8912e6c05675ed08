using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary>An embedding request as the local engine understands it.</summary>
internal sealed record EmbeddingRequest
{
    private const int MostInputs = 2048;

    private EmbeddingRequest(IReadOnlyList<string> inputs, bool base64, int? dimensions)
    {
        Inputs = inputs;
        Base64 = base64;
        Dimensions = dimensions;
    }

    /// <summary>The texts.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>Whether vectors are written as base64 of little-endian floats.</summary>
    public bool Base64 { get; }

    /// <summary>How many numbers a vector shall have; null for all.</summary>
    public int? Dimensions { get; }

    /// <summary>Reads a body that is known to be a JSON object.</summary>
    public static EmbeddingRequest? Read(ReadOnlySpan<byte> body, out GatewayError? error)
    {
        List<TextOrTokens> inputs = [];
        string? format = null;
        long? dimensions = null;
        error = BodyMembers.Read(body, (ref json, name) => name switch
        {
            "input" => TextsReader.Read(ref json, name, out inputs),
            "encoding_format" => Member.ReadText(ref json, name, ref format),
            "dimensions" => Member.ReadInteger(ref json, name, 1, int.MaxValue, ref dimensions),
            _ => null,
        });

        error ??= Check(inputs, format);
        return error is null ? new EmbeddingRequest([.. inputs.Select(input => input.Text!)], format == "base64", (int?)dimensions) : null;
    }

    private static GatewayError? Check(List<TextOrTokens> inputs, string? format)
    {
        if (inputs.Any(input => input.Text is null))
        {
            return GatewayError.InvalidRequest("A local embedding model takes texts, not token ids.", "input", "unsupported_value");
        }

        if (inputs.Count > MostInputs)
        {
            return RequestFaults.Value("input", $"at most {MostInputs} texts", $"an array of {inputs.Count}");
        }

        return format is null or "float" or "base64"
            ? null
            : RequestFaults.Value("encoding_format", "'float' or 'base64'", $"'{RequestFaults.Shorten(format)}'");
    }
}
