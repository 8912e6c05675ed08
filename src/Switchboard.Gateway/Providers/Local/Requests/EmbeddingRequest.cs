using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Rules;

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
        double? dimensions = null;
        error = BodyMembers.Read(body, (ref json, name) => name switch
        {
            "input" => TextsReader.Read(ref json, name, out inputs),
            "encoding_format" => TextRules.CheckEncoding(ref json) ?? MemberValue.ReadText(ref json, name, ref format),
            "dimensions" => NumberRules.Dimensions.Read(ref json, ref dimensions),
            _ => null,
        });

        error ??= Check(inputs);
        return error is null ? new EmbeddingRequest([.. inputs.Select(input => input.Text!)], format == "base64", (int?)dimensions) : null;
    }

    private static GatewayError? Check(List<TextOrTokens> inputs)
    {
        if (inputs.Any(input => input.Text is null))
        {
            return GatewayError.InvalidRequest("A local embedding model takes texts, not token ids.", "input", "unsupported_value");
        }

        return inputs.Count > MostInputs
            ? RequestFaults.Value("input", $"at most {MostInputs} texts", $"an array of {inputs.Count}")
            : null;
    }
}
