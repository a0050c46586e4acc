//! What this machine has open, for people and for programs.

mod rpc;
mod sockets;

pub use rpc::Catalogue;
pub use sockets::Inventory;

use std::net::SocketAddr;

use crate::json::Object;

/// An end as an object of address and port.
fn end(key: &str, at: SocketAddr, o: &mut Object<'_>) {
    o.object(key, |o| {
        o.plain("ip", |ink| ink.address(at.ip()));
        o.number("port", at.port());
    });
}
