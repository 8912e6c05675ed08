namespace Switchboard.Tests.Gateway.Guardrails;

/// <summary>Secrets and personal data that belong to nobody, put together here so that no scanner of repositories finds one.</summary>
internal static class Planted
{
    public static string OpenAI { get; } = "sk-" + "proj-Ab3dEf6hIj9lMn2pQr5tUv8x";

    public static string Ours { get; } = "sk-" + "sb-0123456789abcdefghijABCDEFGHIJ0123456789xyz";

    public static string Anthropic { get; } = "sk-" + "ant-api03-Zy8xWv7uTs6rQp5oNm4lKj3i";

    public static string Aws { get; } = "AKIA" + "IOSFODNN7EXAMPLE";

    public static string GitHub { get; } = "ghp_" + "0123456789abcdefghijABCDEFGHIJ012345";

    public static string Google { get; } = "AIza" + "SyA0123456789abcdefghijABCDEFGHIJ_-";

    public static string Slack { get; } = "xoxb-" + "123456789012-abcdefGHIJKL";

    public static string Stripe { get; } = "sk_live_" + "0123456789abcdefGHIJ";

    public static string Jwt { get; } = "eyJ" + "hbGciOiJIUzI1NiJ9." + "eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    public static string Pem { get; } = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEowIBAAKCAQEA0123456789abcdef+/==\nAbCdEfGh\n-----END RSA PRIVATE KEY-----";

    public static string[] Keys { get; } = [OpenAI, Ours, Anthropic, Aws, GitHub, Google, Slack, Stripe, Jwt, Pem];
}
