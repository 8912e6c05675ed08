using Switchboard.Gateway.Access;

namespace Switchboard.Tests.Gateway.Access;

public sealed class AddressRangeTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("10.0.0.1/32", "10.0.0.1/32")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("10.0.0.1", "10.0.0.1/32")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("2001:db8:0::/32", "2001:db8::/32")]
    [InlineData("::1", "::1/128")]
    public void A_range_is_an_address_or_a_network(string text, string range) => Assert.Equal(range, AddressRange.Read(text)?.ToString());

    [Theory]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0.0/7/8")]
    [InlineData("192.168.1.255/24")]
    [InlineData("2001:db8::1/32")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/")]
    [InlineData("/8")]
    [InlineData("")]
    [InlineData("here")]
    public void What_is_neither_or_has_bits_behind_its_prefix_is_none(string text) => Assert.Null(AddressRange.Read(text));
}
