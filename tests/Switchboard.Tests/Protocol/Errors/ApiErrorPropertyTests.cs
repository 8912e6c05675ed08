using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Protocol.Errors;

namespace Switchboard.Tests.Protocol.Errors;

public sealed class ApiErrorPropertyTests
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(5000).WithReplay(20261121, 7);

    private static readonly string[] s_words =
    [
        "{", "}", "[", "]", ":", ",", "\"error\":", "\"errors\":", "\"detail\":", "\"message\":", "\"loc\":", "\"code\":", "\"status\":", "\"type\":",
        "\"m\"", "\"\\ud800\"", "\"\\u00e9\"", "\"\"", "1", "-1e400", "null", "true", " ", "\n", "data: ", "<title>", "</title>", "<html>", "\uFEFF", "x",
    ];

    private static readonly string?[] s_types = [null, "", "application/json", "text/html; charset=latin1", "text/plain; charset=utf-16", "text/plain; charset=\"\"", ";;", "\u0001"];

    private static readonly Gen<byte[]> s_bodies = Gen.OneOf(
        Gen.Elements(s_words).ArrayOf().Select(words => Encoding.UTF8.GetBytes(string.Concat(words))),
        Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(),
        Broken("""{"error":{"message":"m \u00e9","type":"t","param":null,"code":400,"details":[{"a":[1,2]}]},"request_id":"r"}"""),
        Broken("""{"detail":[{"loc":["body","messages",0,"role"],"msg":"m","type":"missing"}]}"""),
        Broken("<html><head><title>502 &amp; more</title></head><body><h1>x</h1></body></html>"),
        Broken("event: error\r\ndata: {\"error\":\"m\"}\r\n\r\n"));

    [Fact]
    public void No_body_is_too_broken_to_read() =>
        Prop.ForAll(s_bodies.ToArbitrary(), Gen.Elements(s_types).ToArbitrary(), Check).Check(s_config);

    private static void Check(byte[] body, string? contentType)
    {
        var error = ApiError.Read(body, contentType);

        Assert.Equal(body, error.Body.ToArray());
        Assert.True(error.Message.Length > 0 || IsBlank(body), "no message");
        Assert.True(Enum.IsDefined(error.GetKind(400)));
        Assert.All(error.Extra, member => Assert.False(member.Value.IsEmpty));
    }

    private static bool IsBlank(byte[] body) => string.IsNullOrWhiteSpace(Encoding.UTF8.GetString(body).TrimStart('\uFEFF'));

    // Cut somewhere, one byte changed somewhere.
    private static Gen<byte[]> Broken(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return from length in Gen.Choose(0, bytes.Length)
               from index in Gen.Choose(0, bytes.Length - 1)
               from value in Gen.Choose(0, 255)
               select Change(bytes, length, index, (byte)value);
    }

    private static byte[] Change(byte[] bytes, int length, int index, byte value)
    {
        var changed = bytes.ToArray();
        changed[index] = value;
        return changed[..length];
    }
}
